/** The polynomial of CRC-32, its bits reversed. */
const POLYNOMIAL = 0xedb88320
/** x to the power of 0 and of 8, bits reversed. */
const ONE = 0x80000000
const BYTE = 0x00800000

/** Multiplies two polynomials modulo that of CRC-32, as `multmodp` of zlib does. */
function multiply (a: number, b: number): number {
  let [factor, product] = [b, 0]
  for (let bit = ONE; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= factor
    factor = (factor & 1) === 0 ? factor >>> 1 : (factor >>> 1) ^ POLYNOMIAL
  }
  return product >>> 0
}

/** What appending this many bytes multiplies a CRC-32 with. */
export function shiftBy (length: number): number {
  let [shift, power] = [ONE, BYTE]
  for (let rest = length; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) shift = multiply(shift, power)
    power = multiply(power, power)
  }
  return shift
}

/**
 * The CRC-32 of two texts, given that of each. Node.js has no `crc32_combine`.
 * @param shift `shiftBy` the length of the second
 */
export const combine = (first: number, second: number, shift: number): number =>
  (multiply(shift, first) ^ second) >>> 0
