/**
 * What the server hides from the party complained of, said before anything is sent: the twin of HideContacts in models/hide*.go.
 * models/testdata/hiding.json holds both to the same answers; the reasons stand there.
 */

/** What points at the people behind a text, and the numbers that are everybody's. */
export interface Own {
  names: string[]
  homes: { building: string; entrance: string; unit: string }[]
  public: string[]
}

export const HIDDEN = '▇▇▇'

const ROWS = [
  '〇一二三四五六七八九', '零壹贰叁肆伍陆柒捌玖', '零壹貳參肆伍陸柒捌玖', '洞幺两叁肆伍六拐八勾', '○弌弍弎四五六七八九', '◯壱弐叄四五六七八九',
  '⓪①②③④⑤⑥⑦⑧⑨', '⓿❶❷❸❹❺❻❼❽❾', '🄋➀➁➂➃➄➅➆➇➈', '🄌➊➋➌➍➎➏➐➑➒', '⓪⓵⓶⓷⓸⓹⓺⓻⓼⓽', '⓪⑴⑵⑶⑷⑸⑹⑺⑻⑼', '🄀⒈⒉⒊⒋⒌⒍⒎⒏⒐',
  '⓪㊀㊁㊂㊃㊄㊅㊆㊇㊈', '⓪㈠㈡㈢㈣㈤㈥㈦㈧㈨', '⁰¹²³⁴⁵⁶⁷⁸⁹', '₀₁₂₃₄₅₆₇₈₉', '٠١٢٣٤٥٦٧٨٩', '۰۱۲۳۴۵۶۷۸۹',
  '𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗', '𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡', '𝟢𝟣𝟤𝟥𝟦𝟧𝟨𝟩𝟪𝟫', '𝟬𝟭𝟮𝟯𝟰𝟱𝟲𝟳𝟴𝟵', '𝟶𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿',
]
const NUMERALS = new Map(ROWS.flatMap((row) => Array.from(row, (letter, value) => [letter, String(value)] as const)))
const UNSEEN = /[\u00ad\u0300-\u036f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\ufe00-\ufe0f\ufeff\u{e0000}-\u{e01ef}]/u

/** Letter by letter comparable; every letter takes one place, so that places in words and digits are the same. */
interface Plain {
  words: string
  digits: string
  at: number[]
}
type Span = [from: number, to: number]

function plainLetter(letter: string): string {
  const code = letter.codePointAt(0)!
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0).toLowerCase()
  if (code >= 0x24b6 && code <= 0x24e9) return String.fromCharCode(97 + ((code - 0x24b6) % 26))
  if (/[\s\u0085]/.test(letter)) return ' '
  if (code >= 65 && code <= 90) return letter.toLowerCase()
  // Rare characters take two places in a string; one that no pattern knows stands for them.
  return code > 0xffff ? (code >= 0x20000 && code <= 0x3ffff ? '㐀' : '\ue000') : letter
}

function plainOf(letters: string[]): Plain {
  const plain: Plain = { words: '', digits: '', at: [] }
  letters.forEach((letter, i) => {
    if (UNSEEN.test(letter)) return
    const word = plainLetter(letter)
    plain.words += word
    plain.digits += NUMERALS.get(letter) ?? word
    plain.at.push(i)
  })
  return plain
}

function all(pattern: RegExp, text: string): RegExpExecArray[] {
  return [...text.matchAll(new RegExp(pattern.source, 'g'))] as RegExpExecArray[]
}

function occurrences(text: string, part: string): Span[] {
  const found: Span[] = []
  for (let at = text.indexOf(part); part && at >= 0; at = text.indexOf(part, at + 1)) found.push([at, at + part.length])
  return found
}

const headOf = (pattern: RegExp, text: string) => pattern.exec(text)?.[0] ?? ''

// Phone and identity numbers

const BETWEEN = String.raw`[ .·•‧∙・。,、_\-‐-―−﹣/\\|*~〜+()\[\]{}'"…【】「」『』]`
const RUN = new RegExp(String.raw`\d(?:${BETWEEN}{0,4}\d)*(?:${BETWEEN}?x)?`)
const LONGEST = 18
const MOBILE = /^(?:0{0,2}86|0)?1[3-9]\d{9}$/
const LANDLINE = /^0[1-9]\d{8,10}$/
const LOCAL = /^[2-9]\d{6,7}$/
const IDENTITY = /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91)\d{4}(?:(?:19|20)?\d\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx]?$/
const DAY = /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/
const FLAT = /^\d{1,2}(?:0[1-9]|1\d|20)$/
const CALLED_BEFORE = /(?:电话|手机|座机|固话|号码|联系方式|联系我|拨|打给?我|call|tel|phone)[^0-9]{0,4}$/
const COUNTED_AFTER = /^ ?(?:[元块万毛角年月日米平㎡度吨斤公条件户人次天个栋幢座室层楼%‰]|号楼|号院|号|单元)/

interface DigitSet {
  from: number
  to: number
  digits: string
  sign: string
}

function setsOf(digits: string, from: number, to: number): DigitSet[] {
  let last = from
  return all(/\d+|x/, digits.slice(from, to)).map((match) => {
    const start = from + match.index
    const one = { from: start, to: start + match[0].length, digits: match[0], sign: digits.slice(last, start) }
    last = one.to
    return one
  })
}

function samePhone(number: string, digits: string): boolean {
  const plain = number.replace(/[^0-9]/g, '')
  return plain.length >= 7 && (plain === digits || (digits.length >= 7 && plain.startsWith('0') && plain.length - digits.length <= 4 && plain.endsWith(digits)))
}

const sized = (sets: DigitSet[], least: number, most: number) => sets.every((one) => one.digits.length >= least && one.digits.length <= most)

function likeMobile(given: DigitSet[]): boolean {
  const sets = given.length > 1 && '0086'.endsWith(given[0]!.digits) ? given.slice(1) : given
  const [first, second] = sets
  if (sets.length === 1 || sized(sets, 1, 1) || sets.map((one) => one.digits.length).join() === '3,4,4') return true
  if (first!.digits.length === 4 && first!.digits.startsWith('19') && second!.digits.length <= 2) return false
  if (sets.slice(1).some((one) => /[,、]/.test(one.sign))) return !sized(sets, 1, 2) && !sized(sets, 3, 4)
  return sets.some((one) => !FLAT.test(one.digits))
}

function likeLandline(sets: DigitSet[]): boolean {
  return sets.length === 1 || sized(sets, 1, 1) || sized(sets.slice(0, 1), 3, 4)
}

function numberIn(p: Plain, sets: DigitSet[], own: Own): 'none' | 'personal' | 'public' {
  const digits = sets.map((one) => one.digits).join('')
  if (digits.length < 7 || digits.length > LONGEST) return 'none'
  if (own.public.some((number) => samePhone(number, digits))) return 'public'
  if (IDENTITY.test(digits) && (digits.length === 18 || (digits.length === 15 && !digits.endsWith('x')))) return 'personal'
  const from = sets[0]!.from
  const to = sets[sets.length - 1]!.to
  if (sets.length > 1 && COUNTED_AFTER.test(p.words.slice(to, to + 4))) return 'none'
  const called = CALLED_BEFORE.test(p.words.slice(Math.max(0, from - 12), from))
  if (MOBILE.test(digits) && (called || likeMobile(sets))) return 'personal'
  if (LANDLINE.test(digits) && (called || likeLandline(sets))) return 'personal'
  return LOCAL.test(digits) && called && sets.length <= 2 && !DAY.test(digits) ? 'personal' : 'none'
}

function findNumbers(p: Plain, own: Own): Span[] {
  const found: Span[] = []
  for (const run of all(RUN, p.digits)) {
    const sets = setsOf(p.digits, run.index, run.index + run[0].length)
    for (let i = 0; i < sets.length; i++) {
      let j = i
      for (let length = 0; j < sets.length && (length += sets[j]!.digits.length) <= LONGEST; j++);
      for (j -= 1; j >= i; j--) {
        const kind = numberIn(p, sets.slice(i, j + 1), own)
        if (kind === 'none') continue
        if (kind === 'personal') found.push([sets[i]!.from, sets[j]!.to])
        i = j
        break
      }
    }
  }
  return found
}

// Messengers and mail

const MESSENGER = new RegExp(
  '(?:微 ?信|薇信|v ?信|扣扣|企鹅|抖音|快手|小红书|钉钉|(?:^|[^a-z0-9])(?:wei ?xin|wechat|wx|vx|qq|telegram|whatsapp)|(?:加|\\+) ?[vq]|(?:^|[^a-z0-9])[vq] ?:)' +
  '((?: ?(?:账号|帐号|号码|群号|号|群|id))?[ :=是为叫-]*)' +
  `(\\d(?:${BETWEEN}{0,3}\\d){4,14}[a-z0-9_.-]*|[a-z0-9][a-z0-9_.-]{4,29})`,
)
const MAIL = /[a-z0-9][a-z0-9._%+-]* ?(?:@|\(at\)|\[at\]) ?[a-z0-9][a-z0-9-]*(?: ?(?:\.|\(dot\)|点) ?[a-z][a-z0-9-]+)+/

function findIds(p: Plain): Span[] {
  const found: Span[] = all(MAIL, p.words).map((match) => [match.index, match.index + match[0].length])
  for (const match of all(MESSENGER, p.digits)) {
    const to = match.index + match[0].length
    const id = match[2]!
    if (id === '12345') continue
    if (/^[0-9]+$/.test(id) && COUNTED_AFTER.test(p.words.slice(to, to + 4))) continue
    if (/^[a-z]+$/.test(id) && !/[:=是为叫号群d]/.test(match[1]!)) continue
    found.push([to - id.length, to])
  }
  return found
}

// What a writer says of himself

const DOUBLE = ['欧阳', '司马', '上官', '诸葛', '东方', '皇甫', '尉迟', '公孙', '慕容', '令狐', '夏侯', '司徒', '独孤', '南宫', '端木']
const SURNAMES =
  '王李张刘陈杨赵黄周吴徐孙胡朱林高何郭马罗梁宋郑谢韩唐冯于董萧肖程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎闫余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆' +
  '郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁' +
  '时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边古党宫原冀娄战楚佟鄢'
const AMBIGUOUS = '高于方白万安常文石金江温易任时路向左管成游阳关包位单强华车边古原解程夏马严许何曾史武战党房宁黄谢盛位查'
const RESPECT = '(?:大妈|大娘|大婶|大嫂|大姐|大哥|大爷|大伯|大叔|阿姨|奶奶|爷爷|婆婆|婶|嫂子|嫂|叔叔|叔|伯伯|伯|姨|姐|哥|女士|先生|小姐|太太)'
const WORK = '(?:老师|师傅|医生|大夫|护士|教授|主任|经理|律师|警官|书记|科长|处长|局长|老板|工)'
const RESPECT_AFTER = new RegExp(`^${RESPECT}`)
const TITLE_AFTER = new RegExp(`^(?:${RESPECT}|${WORK})`)
const WORKS_AS = new RegExp(`^${WORK}`)
const POST_AFTER = /^(?:楼栋长|栋长|楼长|单元长|网格员|业委会主任|业委会委员|业委会成员|业主代表)/
const SELF = /(?:我|俺|本人|咱)(?:们?家)?(?:就|也)?(?:是|系|住在?|家?住在?|家在)|(?:我|俺|咱)们?家|家住|本户|我叫|俺叫|我名叫|我的?名字(?:是|叫)|本人|姓名[ :是为]*|(?:联系人|报修人|投诉人|举报人|反映人|反馈人|署名|落款)[ :是为]*/
const SURNAME = /(?:我|俺|本人|免贵|在下) ?姓 ?([^ ,.:;!?，。；！？、])/
const HOME = new RegExp(
  '^(?:就|是|在|住|于|的|[ :,])*(?:[^0-9十百,，。；;!?！？、 ]{1,10}?(?:小区|花园|家属院|大院|公寓|新村|新城|嘉园|苑|院|城|里))? ?' +
  '((?:[0-9十百]{1,4} ?(?:号楼|号院|号|栋|幢|座|#|单元|门洞?|楼|层|室|户|-) ?)+(?:[0-9十百]{2,4}(?:室|户|号)?)?(?:[东西中南北左右对](?:边|侧|面|手)?(?:户|门|家)?)?|[0-9]{3,4}(?:室|户|号)?)',
)
const HOME_MARK = /[楼栋幢座元门层室户#]|[0-9]{3}/
const OF_THERE = /^ ?的? ?(?:业主|住户|租户|居民|房主)? ?/
const NOT_FLAT_AFTER = /^ ?(?:[元块毛角万千百多年月日次个人米平㎡度吨斤分秒点时栋幢座路弄%‰a-z]|天(?:[^花棚井台]|$)|号楼|号院|号线|单元|小时|公里)/

const hanzi = (letter: string | undefined) => letter !== undefined && /[\u3400-\u9fff]/.test(letter)

function surnameAt(words: string, at: number): number {
  if (DOUBLE.includes(words.slice(at, at + 2))) return 2
  return at < words.length && SURNAMES.includes(words[at]!) ? 1 : 0
}

function ends(words: string, at: number, loose: boolean): boolean {
  return !hanzi(words[at]) || (loose && '的住'.includes(words[at]!))
}

function nameEnds(words: string, at: number, n: number, intro: string): boolean {
  const given = words.slice(at, at + n)
  return given.length === n && [...given].every((letter) => hanzi(letter) && !'的是在了不'.includes(letter)) && ends(words, at + n, intro !== '本人')
}

function nameAt(words: string, at: number, intro: string, bare: boolean): number {
  const post = headOf(POST_AFTER, words.slice(at, at + 6))
  if (post) return at + post.length
  const surname = surnameAt(words, at)
  if (!surname) return at
  const given = at + surname
  const called = intro.endsWith('叫')
  const title = headOf(TITLE_AFTER, words.slice(given, given + 4))
  if (title && !called) return given + title.length
  const least = AMBIGUOUS.includes(words[at]!) && surname === 1 && intro !== '我叫' ? 2 : 1
  for (let n = 2; n >= least; n--) {
    if (nameEnds(words, given, n, intro) && !(called && WORKS_AS.test(words.slice(given, given + 4)))) return given + n
  }
  return bare && ends(words, given, false) ? given : at
}

function findSelf(p: Plain): Span[] {
  const found: Span[] = all(SURNAME, p.words).map((match) => {
    const to = match.index + match[0].length
    const from = to - match[1]!.length
    return [from, Math.max(to, from + surnameAt(p.words, from))]
  })
  for (const match of all(SELF, p.words)) {
    const start = match.index + match[0].length
    let at = start
    const home = HOME.exec(p.digits.slice(at, at + 40))
    if (home) {
      const to = at + home[0].length
      const from = to - home[1]!.length
      if (HOME_MARK.test(p.digits.slice(from, to)) && !NOT_FLAT_AFTER.test(p.words.slice(to, to + 4))) {
        found.push([from, to])
        at = to + headOf(OF_THERE, p.words.slice(to, to + 8)).length
      }
    }
    const to = nameAt(p.words, at, match[0], at !== start)
    if (to > at) found.push([at, to])
  }
  return found
}

function findNames(p: Plain, own: Own): Span[] {
  const found: Span[] = []
  for (const given of own.names) {
    const name = plainOf(Array.from(given.trim())).words
    if (name.length < 2 || (!hanzi(name[0]) && name.length < 3)) continue
    found.push(...occurrences(p.words, name))
    const surname = surnameAt(name, 0)
    for (const [from, to] of surname ? occurrences(p.words, name.slice(0, surname)) : []) {
      const title = headOf(RESPECT_AFTER, p.words.slice(to, to + 4))
      if (title) found.push([from, to + title.length])
    }
  }
  return found
}

// The writer's own home

const BELONGS_TO = /(?:([0-9十百]+|[a-z])(?:号楼|号院|号|栋|幢|座|#楼?)[ ,-]?)?(?:([0-9十百]+|[a-z])(?:单元|门洞?)[ ,-]?)?(?:[0-9十]+(?:楼|层)[ ,-]?)?$/
const DASHED_TO = /(?:([0-9a-z十]+)-)?([0-9a-z十]+)-$/
const OWN_SIDE = /^ ?(?:楼|层)的?[东西中南北左右对](?:边|侧|面|手)?(?:那|的|这)?(?:户|门|家)/
const FLAT_SUFFIX = /^ ?(?:室|户|号)/
const NOT_FLAT = /(?:[¥￥$€第±]|工号|单号|编号|型号|批号|尾号|车牌|密码|验证码|文件|[0-9][.:/]) ?$/
const NUMERAL = /[0-9十百千万]/

function numberOf(text: string): string {
  if (!/[十百]/.test(text)) return text.replace(/^0+(?=.)/, '')
  let total = 0
  let digit = -1
  for (const letter of text) {
    if (letter === '十' || letter === '百') {
      total += Math.max(digit, 1) * (letter === '十' ? 10 : 100)
      digit = -1
    } else {
      digit = Number(letter)
    }
  }
  return String(total + Math.max(digit, 0))
}

const keyOf = (name: string) => numberOf(headOf(/[0-9十百]+|[a-z]/, plainOf(Array.from(name)).digits))

function elsewhere(before: string, home: Own['homes'][number]): boolean {
  const building = keyOf(home.building)
  const entrance = keyOf(home.entrance)
  const other = (named: string | undefined, own: string) => Boolean(named) && own !== '' && numberOf(named!) !== own
  const dashed = DASHED_TO.exec(before)
  if (dashed) return dashed[1] ? other(dashed[1], building) || other(dashed[2], entrance) : other(dashed[2], building) && other(dashed[2], entrance)
  const named = BELONGS_TO.exec(before)
  return named !== null && (other(named[1], building) || other(named[2], entrance))
}

function tens(n: number): string[] {
  const spelled = `${Math.floor(n / 10)}十${n % 10 || ''}`
  return n < 20 ? [spelled, spelled.slice(1)] : [spelled]
}

function spellings(n: number, asNamed: string): string[] {
  const found = [asNamed]
  const hundreds = Math.floor(n / 100)
  const rest = n % 100
  const tail = rest === 0 ? '' : rest < 10 ? `0${rest}` : tens(rest)[0]!
  if (hundreds >= 1 && hundreds <= 9) {
    found.push(`${hundreds}百${tail}`)
    if (rest >= 10 && rest <= 19) found.push(`${hundreds}百${tens(rest)[1]}`)
  }
  if (hundreds >= 10 && hundreds <= 99) {
    for (const spelled of tens(hundreds)) found.push(`${spelled}${String(rest).padStart(2, '0')}`)
    const middle = hundreds % 10 ? `${hundreds % 10}百` : rest >= 10 ? '0' : ''
    found.push(`${Math.floor(hundreds / 10)}千${middle}${tail}`)
  }
  return found
}

function flatEnd(p: Plain, from: number, to: number, number: number, home: Own['homes'][number]): number {
  const before = p.digits.slice(Math.max(0, from - 24), from)
  const after = p.digits.slice(to, to + 4)
  if (NUMERAL.test(before.slice(-1)) || NUMERAL.test(after.slice(0, 1)) || NOT_FLAT.test(before) || NOT_FLAT_AFTER.test(p.words.slice(to, to + 4)) || /^[.:/][0-9]/.test(after)) return 0
  const suffix = headOf(FLAT_SUFFIX, after)
  return (number < 100 && !suffix) || elsewhere(before, home) ? 0 : to + suffix.length
}

function sidesOf(p: Plain, floor: number): Span[] {
  if (floor < 1 || floor > 99) return []
  const ways = [String(floor), ...(floor >= 10 ? tens(floor) : [])]
  return ways.flatMap((way) => occurrences(p.digits, way).flatMap(([from, to]): Span[] => {
    const side = headOf(OWN_SIDE, p.digits.slice(to, to + 9))
    return side && !NUMERAL.test(p.digits.slice(Math.max(0, from - 1), from)) ? [[from, to + side.length]] : []
  }))
}

function findHomes(p: Plain, own: Own): Span[] {
  return own.homes.flatMap((home) => {
    const unit = plainOf(Array.from(home.unit))
    if (!/^[0-9]{1,9}$/.test(unit.digits)) return unit.words.length >= 3 ? occurrences(p.digits, unit.digits) : []
    const number = Number(unit.digits)
    const flats = spellings(number, unit.digits).flatMap((spelling) => occurrences(p.digits, spelling).flatMap(([from, to]): Span[] => {
      const end = flatEnd(p, from, to, number, home)
      return end > 0 ? [[from, end]] : []
    }))
    return [...flats, ...sidesOf(p, Math.floor(number / 100))]
  })
}

/** The text as the party complained of will read it. */
export function hideContacts(text: string, own: Own): string {
  const letters = Array.from(text)
  const p = plainOf(letters)
  const found = [findNumbers(p, own), findIds(p), findSelf(p), findHomes(p, own), findNames(p, own)].flat().sort((a, b) => a[0] - b[0])
  let out = ''
  let done = 0
  found.forEach(([start, end], i) => {
    const from = p.at[start]!
    if (i === 0 || from > done) out += letters.slice(done, from).join('') + HIDDEN
    done = Math.max(done, p.at[end] ?? letters.length)
  })
  return out + letters.slice(done).join('')
}

/** Numbers and ids alone: what nobody should write into a text that others read. */
export function hasContact(text: string): boolean {
  const p = plainOf(Array.from(text))
  return findNumbers(p, { names: [], homes: [], public: [] }).length > 0 || findIds(p).length > 0
}
