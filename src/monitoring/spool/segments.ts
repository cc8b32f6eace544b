import { type FileHandle, mkdir, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * `<writer>.<pid>.<first sequence>.seg`, so that names sort by time. A writer is one life of one process: after a crash
 * nothing is appended to an old file, and its torn end needs no repair.
 */
export interface SegmentName {
  readonly file: string
  readonly writer: string
  readonly pid: number
  readonly firstSequence: number
}

export const MAGIC = Buffer.from('PLSPOOL1')

export const segmentName = (writer: string, pid: number, firstSequence: number): SegmentName => ({
  file: `${writer}.${pid}.${String(firstSequence).padStart(15, '0')}.seg`,
  writer,
  pid,
  firstSequence,
})

const PATTERN = /^(\w+)\.(\d+)\.(\d{15})\.seg$/

export const listSegments = async (folder: string): Promise<SegmentName[]> => {
  const names: SegmentName[] = []
  for (const file of (await readdir(folder)).sort()) {
    const match = PATTERN.exec(file)
    if (match !== null) names.push({ file, writer: match[1]!, pid: Number(match[2]), firstSequence: Number(match[3]) })
  }
  return names
}

/** A new, empty segment that survives power loss: the file and the folder's entry for it are synced. */
export const createSegment = async (folder: string, name: SegmentName): Promise<FileHandle> => {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const handle = await open(join(folder, name.file), 'w', 0o600)
  try {
    await writeAll(handle, MAGIC, 0)
    await handle.datasync()
    const directory = await open(folder, 'r')
    await directory.sync().finally(() => directory.close())
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** A write may take fewer bytes than given, most of all on a disk that is filling up. */
export const writeAll = async (handle: FileHandle, bytes: Buffer, position: number): Promise<void> => {
  let done = 0
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done)
    if (bytesWritten === 0) throw new Error('the disk took no bytes')
    done += bytesWritten
  }
}

/** Whether the process that wrote a segment may still append to it. A reused process id only delays the clearing away of a file. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
