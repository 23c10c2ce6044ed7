package models

import (
	"slices"
	"strings"
)

// Own is what points at the people behind a text: who they are, where they live, and which numbers are everybody's.
type Own struct {
	Names  []string  `json:"names"`  // whose matter it is, and who filed it
	Homes  []OwnHome `json:"homes"`  // where they live, and the home that the matter is about
	Public []string  `json:"public"` // phone numbers that stand on the poster: they stay
}

// OwnHome is one home by the names of the register; an empty name is not known.
type OwnHome struct {
	Building string `json:"building"`
	Entrance string `json:"entrance"`
	Unit     string `json:"unit"`
}

// Hidden stands for what HideContacts took out.
const Hidden = "▇▇▇"

// HideContacts takes out of a text what tells who wrote it, before the party complained of reads it (DECISIONS 2), and
// reports whether it found any: phone and identity numbers in every numeral people write, ids of messengers, e-mail
// addresses, names with which the writer names himself, his own flat. Prices, dates, times, ticket numbers and other
// people's places stay. People name themselves in the text they write; the rule must not depend on their caution.
//
// pwa/src/features/ticket/hiding.ts is its twin, which warns before anything is sent: testdata/hiding.json holds both.
func HideContacts(text string, own Own) (string, bool) {
	return hide(text, own, findNumbers, findIDs, findMail, findSelf, findHomes, findNames)
}

// HideNumbers takes out of a text only what one could call or write to: numbers, ids and addresses. Names and flats stay.
func HideNumbers(text string, own Own) (string, bool) {
	return hide(text, own, findNumbers, findIDs, findMail)
}

func hide(text string, own Own, finders ...func(plain, Own) []span) (string, bool) {
	letters := []rune(text)
	p := plainOf(letters)
	var found []span
	for _, find := range finders {
		found = append(found, find(p, own)...)
	}
	if len(found) == 0 {
		return text, false
	}
	slices.SortFunc(found, func(a, b span) int { return a.from - b.from })
	var out strings.Builder
	done, hiding := 0, false
	for _, s := range found {
		from, to := p.at[s.from], len(letters)
		if s.to < len(p.at) {
			to = p.at[s.to] // what cannot be seen goes along
		}
		if !hiding || from > done { // what touches or overlaps is one
			out.WriteString(string(letters[done:from]))
			out.WriteString(Hidden)
		}
		done, hiding = max(done, to), true
	}
	out.WriteString(string(letters[done:]))
	return out.String(), true
}

// span is a part of a plain text: from is inside, to is not.
type span struct{ from, to int }
