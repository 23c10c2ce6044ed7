import type { Catalogue, Category } from './types'

/** Categories for words, the best first; said: what people call them (said.ts). */
export function searchIn(catalogue: Pick<Catalogue, 'categories' | 'groups'>, words: string, said: Record<string, string> = {}): Category[] {
  const wanted = words.trim().toLowerCase()
  if (!wanted) return []
  const groupName = new Map(catalogue.groups.map((group) => [group.code, `${group.name.zh} ${group.name.en}`]))
  return catalogue.categories
    .map((category) => ({
      category,
      score: matches(`${category.name.zh} ${category.name.en}`, wanted) * 2 + saidScore(said[category.code], wanted) + matches(groupName.get(category.group) ?? '', wanted),
    }))
    .filter((one) => one.score > 0)
    .sort((a, b) => b.score - a.score)
    .map((one) => one.category)
    .slice(0, 12)
}

/** One of the words that people use, within what was typed or the other way round. */
function saidScore(said: string | undefined, wanted: string): number {
  return said?.split(' ').some((word) => word.includes(wanted) || (wanted.includes(word) && word.length > 1)) ? 1.5 : 0
}

/** A whole hit counts most; otherwise the share of the wanted characters (or words) that are there. */
function matches(text: string, wanted: string): number {
  const there = text.toLowerCase()
  if (there.includes(wanted)) return 1
  const parts = /[a-z]/.test(wanted) ? wanted.split(/\s+/) : [...wanted]
  const hits = parts.filter((part) => there.includes(part)).length
  const share = hits / parts.length
  return share > 0.5 ? share / 2 : 0 // one of two characters is no likeness: 宠物 is not 物业
}
