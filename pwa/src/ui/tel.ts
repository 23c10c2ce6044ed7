/** 政务服务便民热线: takes every matter, day and night, in every county. */
export const HOTLINE = '12345'

/** What a link to call a number says; numbers are written with spaces and dashes for the eye. */
export function telOf(phone: string): string {
  return `tel:${phone.replace(/[^0-9+]/g, '')}`
}
