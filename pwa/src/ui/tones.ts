export type Tone = 'plain' | 'wait' | 'busy' | 'good' | 'bad' | 'brand'

const TONES: Record<string, Tone> = {
  submitted: 'wait',
  accepted: 'wait',
  dispatched: 'wait',
  returned: 'wait',
  acknowledged: 'busy',
  contacted: 'busy',
  in_progress: 'busy',
  paused: 'plain',
  suspended: 'plain',
  done_pending_confirm: 'brand',
  reopened: 'bad',
  closed: 'good',
  closed_unrated: 'good',
}

export function toneOfState(state: string): Tone {
  return TONES[state] ?? 'plain'
}

const BANDS: Record<string, Tone> = { excellent: 'good', good: 'brand', pass: 'wait', fail: 'bad' }

export function toneOfBand(band: string | undefined): Tone {
  return BANDS[band ?? ''] ?? 'plain'
}
