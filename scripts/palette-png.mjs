/**
 * Makes a screenshot small: one byte a pixel from a palette of at most 256 colours instead of three or four. A page of flat colours and
 * grey text loses nothing that the eye sees. Reads what Chromium writes: 8 bits a channel, RGB or RGBA, not interlaced (PNG 1.2).
 */
import { crc32, deflateSync, inflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

const chunksOf = (png) => {
  const chunks = []
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at)
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) })
    at += length + 12
  }
  return chunks
}

const paeth = (a, b, c) => {
  const p = a + b - c
  const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)]
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c
}

/** Undoes the five row filters in place; each row begins with the number of its filter. */
const unfilter = (rows, width, height, channels) => {
  const stride = width * channels + 1
  const at = (y, x) => (y < 0 || x < 0 ? 0 : rows[y * stride + 1 + x])
  for (let y = 0; y < height; y += 1) {
    const filter = rows[y * stride]
    for (let x = 0; x < width * channels; x += 1) {
      const [left, up, corner] = [at(y, x - channels), at(y - 1, x), x < channels ? 0 : at(y - 1, x - channels)]
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter]
      rows[y * stride + 1 + x] = (rows[y * stride + 1 + x] + predicted) & 0xff
    }
  }
}

const distance = (a, b) => ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2

/** Squared distance in RGB below which two colours count as one: many greys of smoothed text would crowd out a rare accent. */
const SAME = 64

/** The most used colours that differ, and for each other colour the nearest of them. */
const quantise = (colours) => {
  const counts = new Map()
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1)
  const byUse = [...counts].sort(([, a], [, b]) => b - a).map(([colour]) => colour)
  const palette = []
  for (const colour of byUse) {
    if (palette.length === 256) break
    if (palette.every((chosen) => distance(chosen, colour) > SAME)) palette.push(colour)
  }
  const indexOf = new Map()
  for (const colour of byUse) {
    const nearest = palette.reduce((best, candidate, index) => (distance(colour, candidate) < distance(colour, palette[best]) ? index : best), 0)
    indexOf.set(colour, nearest)
  }
  return { palette, indexOf }
}

const chunk = (type, data) => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

export const toPalettePng = (png) => {
  const chunks = chunksOf(png)
  const header = chunks.find(({ type }) => type === 'IHDR').data
  const [width, height, channels] = [header.readUInt32BE(0), header.readUInt32BE(4), header[9] === 6 ? 4 : 3]
  const rows = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)))
  unfilter(rows, width, height, channels)
  const stride = width * channels + 1
  const colourAt = (index) => rows.readUIntBE(Math.floor(index / width) * stride + 1 + (index % width) * channels, 3)
  const colours = Uint32Array.from({ length: width * height }, (_, index) => colourAt(index))
  const { palette, indexOf } = quantise(colours)
  const pixels = Buffer.alloc((width + 1) * height)
  colours.forEach((colour, index) => {
    pixels[Math.floor(index / width) * (width + 1) + 1 + (index % width)] = indexOf.get(colour)
  })
  const newHeader = Buffer.from(header)
  newHeader[9] = 3
  const entries = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]))
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', newHeader),
    chunk('PLTE', entries),
    chunk('IDAT', deflateSync(pixels, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
