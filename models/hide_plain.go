package models

import (
	"regexp"
	"unicode"
)

// plain is a text made comparable, letter by letter: half width, small latin letters, without what cannot be seen.
type plain struct {
	words  []rune // as written otherwise
	digits []rune // of the same length, every numeral as 0…9
	at     []int  // where each letter stands in the original
}

// numeralRows holds the numerals that people write for 0…9, one row a script.
var numeralRows = []string{
	"〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖", "零壹貳參肆伍陸柒捌玖", "洞幺两叁肆伍六拐八勾", "○弌弍弎四五六七八九", "◯壱弐叄四五六七八九",
	"⓪①②③④⑤⑥⑦⑧⑨", "⓿❶❷❸❹❺❻❼❽❾", "🄋➀➁➂➃➄➅➆➇➈", "🄌➊➋➌➍➎➏➐➑➒", "⓪⓵⓶⓷⓸⓹⓺⓻⓼⓽", "⓪⑴⑵⑶⑷⑸⑹⑺⑻⑼", "🄀⒈⒉⒊⒋⒌⒍⒎⒏⒐",
	"⓪㊀㊁㊂㊃㊄㊅㊆㊇㊈", "⓪㈠㈡㈢㈣㈤㈥㈦㈧㈨", "⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹",
	"𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡", "𝟢𝟣𝟤𝟥𝟦𝟧𝟨𝟩𝟪𝟫", "𝟬𝟭𝟮𝟯𝟰𝟱𝟲𝟳𝟴𝟵", "𝟶𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿",
}

var numerals = func() map[rune]rune {
	all := map[rune]rune{}
	for _, row := range numeralRows {
		for value, r := range []rune(row) {
			all[r] = '0' + rune(value)
		}
	}
	return all
}()

// unseen are letters without a shape of their own: joiners, direction marks, variation selectors, strokes over others.
var unseen = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x00ad, Hi: 0x00ad, Stride: 1}, {Lo: 0x0300, Hi: 0x036f, Stride: 1}, {Lo: 0x061c, Hi: 0x061c, Stride: 1}, {Lo: 0x180e, Hi: 0x180e, Stride: 1},
		{Lo: 0x200b, Hi: 0x200f, Stride: 1}, {Lo: 0x202a, Hi: 0x202e, Stride: 1}, {Lo: 0x2060, Hi: 0x206f, Stride: 1}, {Lo: 0x20d0, Hi: 0x20ff, Stride: 1},
		{Lo: 0xfe00, Hi: 0xfe0f, Stride: 1}, {Lo: 0xfeff, Hi: 0xfeff, Stride: 1},
	},
	R32:         []unicode.Range32{{Lo: 0xe0000, Hi: 0xe01ef, Stride: 1}},
	LatinOffset: 1,
}

func plainOf(letters []rune) plain {
	p := plain{words: make([]rune, 0, len(letters)), digits: make([]rune, 0, len(letters)), at: make([]int, 0, len(letters))}
	for i, r := range letters {
		if r > unicode.MaxASCII && unicode.Is(unseen, r) {
			continue
		}
		word := plainLetter(r)
		digit := word
		if word > unicode.MaxASCII {
			if numeral, is := numerals[word]; is {
				digit = numeral
			}
		}
		p.words, p.digits, p.at = append(p.words, word), append(p.digits, digit), append(p.at, i)
	}
	return p
}

// least reports whether at least n letters of text are of a kind: a cheap look before a pattern that needs so many.
func least(n int, text []rune, kind func(rune) bool) bool {
	for _, r := range text {
		if kind(r) {
			if n--; n <= 0 {
				return true
			}
		}
	}
	return false
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func plainLetter(r rune) rune {
	switch {
	case r >= '！' && r <= '～':
		r = r - '！' + '!'
	case r >= 'Ⓐ' && r <= 'Ⓩ':
		return r - 'Ⓐ' + 'a'
	case r >= 'ⓐ' && r <= 'ⓩ':
		return r - 'ⓐ' + 'a'
	case unicode.IsSpace(r):
		return ' '
	}
	if r >= 'A' && r <= 'Z' {
		r += 'a' - 'A'
	}
	return r
}

// HoldsNumber reports whether words that somebody searches for could find a hidden number bit by bit: a digit of any
// script, or three numerals together. 三楼 is a place.
func HoldsNumber(words string) bool {
	p, row := plainOf([]rune(words)), 0
	for i, r := range p.digits {
		switch {
		case r >= '0' && r <= '9':
		case unicode.IsLetter(r):
			row = 0
			continue
		default:
			continue
		}
		if row++; row >= 3 || !hanzi(p.words[i]) {
			return true
		}
	}
	return false
}

func hanzi(r rune) bool { return r >= 0x3400 && r <= 0x9fff || r >= 0x20000 && r <= 0x3ffff }

// matches finds a pattern; each match lists the ends of its groups as places in text, -1 for a group that took no part.
func matches(pattern *regexp.Regexp, text []rune) [][]int {
	s := string(text)
	found := pattern.FindAllStringSubmatchIndex(s, -1)
	if len(found) == 0 {
		return nil
	}
	place := make([]int, len(s)+1)
	n := 0
	for i := range s {
		place[i] = n
		n++
	}
	place[len(s)] = n
	for _, m := range found {
		for i, at := range m {
			if at >= 0 {
				m[i] = place[at]
			}
		}
	}
	return found
}
