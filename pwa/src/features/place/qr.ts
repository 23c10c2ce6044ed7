import { correction, generate } from 'lean-qr'
import { toSvgPath } from 'lean-qr/extras/svg'

/** The white rim that scanners need, in modules. */
const QUIET_ZONE = 4

export interface Code {
  path: string
  viewBox: string
}

/** A code that still reads with a quarter of it torn or rained on. */
export function drawCode(text: string): Code {
  const code = generate(text, { minCorrectionLevel: correction.Q })
  const side = code.size + 2 * QUIET_ZONE
  return { path: toSvgPath(code), viewBox: `${-QUIET_ZONE} ${-QUIET_ZONE} ${side} ${side}` }
}
