import { say, t, tMaybe } from '@/i18n'
import { timeOfDay } from '@/i18n/format'
import type { Said } from './types'

/** 停水或水压小: what is out, as people say it. */
export function aboutWords(category: string): string {
  return tMaybe(`bulletin.about_${category}`) ?? t('bulletin.about_other')
}

/** 预计今天 18:00 恢复 / 明天 08:00 到 12:00: the end is what present knowledge says. */
export function spanWords(b: Pick<Said, 'state' | 'from_at' | 'until_at'>): string {
  const until = say.dateTime(b.until_at)
  if (b.state !== 'planned') return t('bulletin.until', { until })
  const to = say.date(b.from_at) === say.date(b.until_at) ? timeOfDay(b.until_at) : until
  return t('bulletin.from_to', { from: say.dateTime(b.from_at), to })
}

/** 阳光小区 3号楼、5号楼 / 阳光小区 整个小区 */
export function whereWords(b: Pick<Said, 'estate_name' | 'buildings'>): string {
  const names = b.buildings.map((one) => one.name).filter((name) => name !== b.estate_name)
  if (b.buildings.length && !names.length) return b.estate_name
  return t('bulletin.where', { estate: b.estate_name, part: names.length ? names.join(t('bulletin.and')) : t('bulletin.whole') })
}
