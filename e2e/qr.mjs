// Reads the QR codes that the program draws (SVG, error level M, bytes, versions 1 to 10) as a phone would: no module of
// them is ever wrong, so that nothing has to be corrected.
const blocks = { 1: [[1, 16]], 2: [[1, 28]], 3: [[1, 44]], 4: [[2, 32]], 5: [[2, 43]], 6: [[4, 27]], 7: [[4, 31]], 8: [[2, 38], [2, 39]], 9: [[3, 36], [2, 37]], 10: [[4, 43], [1, 44]] };
const middles = { 1: [], 2: [6, 18], 3: [6, 22], 4: [6, 26], 5: [6, 30], 6: [6, 34], 7: [6, 22, 38], 8: [6, 24, 42], 9: [6, 26, 46], 10: [6, 28, 50] };
const masks = [(y, x) => (y + x) % 2, (y) => y % 2, (_, x) => x % 3, (y, x) => (y + x) % 3, (y, x) => (Math.floor(y / 2) + Math.floor(x / 3)) % 2, (y, x) => ((y * x) % 2) + ((y * x) % 3), (y, x) => (((y * x) % 2) + ((y * x) % 3)) % 2, (y, x) => (((y + x) % 2) + ((y * x) % 3)) % 2];

/** The modules of a drawing, without its white border. */
function modules(svg) {
  const size = Number(/viewBox="0 0 (\d+) /.exec(svg)[1]) - 8;
  const black = Array.from({ length: size }, () => new Uint8Array(size));
  for (const [, x, y, run] of svg.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) for (let i = 0; i < run; i++) black[y - 4][x - 4 + i] = 1;
  return { size, black };
}

/** Whether a module belongs to the frame of the code and holds no data. */
function framed(size, version) {
  const at = middles[version];
  return (y, x) => (y < 9 && x < 9) || (y < 9 && x >= size - 8) || (y >= size - 8 && x < 9) || y === 6 || x === 6 ||
    (version >= 7 && ((y < 6 && x >= size - 11) || (x < 6 && y >= size - 11))) ||
    at.some((a) => at.some((b) => Math.abs(y - a) < 3 && Math.abs(x - b) < 3 && !((a === 6 && b === 6) || (a === 6 && b === size - 7) || (a === size - 7 && b === 6))));
}

/** The bytes as they stand in the code, column by column from the right. */
function codewords({ size, black }, version) {
  const format = [...Array(6).keys(), 7].map((x) => black[8][x]); // ISO/IEC 18004 7.9: the first copy, its seven first bits
  const mask = masks[((format[2] << 2) | (format[3] << 1) | format[4]) ^ 0b101];
  const frame = framed(size, version);
  const bits = [];
  for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right--;
    for (let i = 0; i < size; i++) {
      const y = up ? size - 1 - i : i;
      for (const x of [right, right - 1]) if (!frame(y, x)) bits.push(black[y][x] ^ (mask(y, x) === 0 ? 1 : 0));
    }
  }
  return Array.from({ length: Math.floor(bits.length / 8) }, (_, i) => parseInt(bits.slice(i * 8, i * 8 + 8).join(''), 2));
}

/** What the code says. */
export function readQR(svg) {
  const code = modules(svg);
  const version = (code.size - 17) / 4;
  const words = codewords(code, version);
  const lengths = blocks[version].flatMap(([n, data]) => Array(n).fill(data));
  const parts = lengths.map(() => []);
  let at = 0;
  for (let i = 0; i < Math.max(...lengths); i++) lengths.forEach((n, b) => { if (i < n) parts[b].push(words[at++]); });
  const bits = parts.flat().map((w) => w.toString(2).padStart(8, '0')).join('');
  if (bits.slice(0, 4) !== '0100') throw new Error(`not in bytes: ${bits.slice(0, 4)}`);
  const wide = version < 10 ? 8 : 16;
  const n = parseInt(bits.slice(4, 4 + wide), 2);
  return Buffer.from(Array.from({ length: n }, (_, i) => parseInt(bits.slice(4 + wide + i * 8, 12 + wide + i * 8), 2))).toString('utf8');
}
