import { correction, generate } from 'lean-qr'
import { toSvgPath } from 'lean-qr/extras/svg'

/** The white rim that scanners need, in modules. */
const QUIET_ZONE = 4

export interface Code {
  path: string
  viewBox: string
}

/**
 * On paper it still reads with a quarter of it torn or rained on. A screen is neither: fewer and larger squares are
 * caught sooner by a shaky hand.
 */
const LEVELS = { paper: correction.Q, screen: correction.M }

export function drawCode(text: string, on: keyof typeof LEVELS): Code {
  const code = generate(text, { minCorrectionLevel: LEVELS[on] })
  const side = code.size + 2 * QUIET_ZONE
  return { path: toSvgPath(code), viewBox: `${-QUIET_ZONE} ${-QUIET_ZONE} ${side} ${side}` }
}
