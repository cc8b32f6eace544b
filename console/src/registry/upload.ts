import { api } from '../app/api.ts'
import type { Artifact, Upload } from '../app/api-types.gen.ts'

/** Small enough that a broken line costs seconds, large enough that the round trips do not show. */
const chunkBytes = 8 * 1024 * 1024
const triesPerChunk = 5

/** Sends a file in pieces; after a broken piece it asks the server how far it got, and goes on from there. */
export const uploadFile = async (file: File, onProgress: (sentBytes: number) => void): Promise<Artifact> => {
  const upload = await api.post<Upload>('/artifacts/uploads', { size_bytes: file.size, media_type: file.type || 'application/octet-stream' })
  const path = `/artifacts/uploads/${upload.id}`
  let offset = 0
  let failures = 0
  while (offset < file.size) {
    try {
      const after = await api.patchBytes<Upload>(path, { offset }, file.slice(offset, offset + chunkBytes))
      offset = after.offset
      failures = 0
    } catch (error) {
      failures += 1
      if (failures >= triesPerChunk) throw error
      offset = (await api.get<Upload>(path)).offset
    }
    onProgress(offset)
  }
  return api.post<Artifact>(`${path}/complete`)
}
