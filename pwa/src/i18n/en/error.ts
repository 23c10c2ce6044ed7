import type { Messages } from '..'
import type { error as source } from '../zh-CN/error'

export const error: Messages<typeof source> = {
  unknown: 'That did not work. Please try again later. ({code})',
  'network.unreachable': 'No connection. Please try again later.',
  'server.failed': 'The service has a problem. Please try again later.',
  'request.too_many': 'Too many tries. Please wait a little.',
  'request.too_large': 'This is too large. Please send less.',
  'request.refused': 'Not accepted. Please check and try again.',
  'request.unknown_field': 'This version is too old. Please update and try again.',
  'access.denied': 'You may not do this.',
  'page.not_found': 'Not found. It may have moved.',
  'session.expired': 'Your sign-in ran out. Please sign in again.',
  'session.other_account': 'Another account is signed in on this phone. Please change back.',
  'ticket.id_conflict': 'This differs from what was sent before. Copy it and submit anew.',
  'ticket.changed_meanwhile': 'This matter just moved on. Please look before you act.',
  'ticket.not_found': 'No such ticket.',
  'photo.too_large': 'The photo is too large. Please choose another.',
  'photo.not_a_photo': 'This is not a photo. Please choose another.',
  'photo.broken': 'The photo cannot be opened. Please choose another.',
  'photo.hash_mismatch': 'The photo was damaged on its way. Please add it again.',
  'photo.too_many_pixels': 'The photo is too big. Please choose another.',
  'photo.heic': 'The photo is HEIC. Turn off “High efficiency (HEIF)” in your camera settings and take it anew.',
  'photo.not_listed': 'This photo does not belong here. Please add it again.',
  'photo.store_away': 'Photos cannot be stored just now; we keep trying.',
}
