package models

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"
)

// hidingCases is the file that the phone's warning is tested with too.
type hidingCases struct {
	Own, High, Nobody Own
	Hides             [][2]string
	HidesHigh         [][2]string
	Stays, StaysHigh  []string
}

func hidingFixture(t testing.TB) hidingCases {
	t.Helper()
	doc, err := os.ReadFile("testdata/hiding.json")
	if err != nil {
		t.Fatal(err)
	}
	var c hidingCases
	if err := json.Unmarshal(doc, &c); err != nil {
		t.Fatal(err)
	}
	if len(c.Hides) < 50 || len(c.Stays) < 30 {
		t.Fatalf("%d and %d cases", len(c.Hides), len(c.Stays))
	}
	return c
}

func TestHideContacts(t *testing.T) {
	c := hidingFixture(t)
	check := func(own Own, text, want string) {
		t.Helper()
		if got, found := HideContacts(text, own); got != want || found != (text != want) {
			t.Errorf("%q: got %q (%v), want %q", text, got, found, want)
		}
	}
	for _, pair := range c.Hides {
		check(c.Own, pair[0], pair[1])
	}
	for _, pair := range c.HidesHigh {
		check(c.High, pair[0], pair[1])
	}
	for _, text := range c.Stays {
		check(c.Own, text, text)
	}
	for _, text := range c.StaysHigh {
		check(c.High, text, text)
	}
}

// A repair is read without numbers; the flat that is to be mended stays.
func TestHideNumbers(t *testing.T) {
	own := hidingFixture(t).Own
	for text, want := range map[string]string{
		"我家501漏水，打幺三八，一二三四，五六七八": "我家501漏水，打▇▇▇",
		"赵桂兰，微信：zgl88888":        "赵桂兰，微信：▇▇▇",
		"本人姓王，501室":              "本人姓王，501室",
	} {
		if got, found := HideNumbers(text, own); got != want || found != (text != want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestHoldsNumber(t *testing.T) {
	for words, want := range map[string]bool{"三楼": false, "二三楼漏水": false, "漏水": false, "": false, "1": true, "５": true, "③": true, "一三八": true, "一 三八": true, "一楼三楼八楼": false} {
		if HoldsNumber(words) != want {
			t.Errorf("%q: %v", words, !want)
		}
	}
}

// What the plain pattern of eleven ASCII digits does with the same cases: the table above can fail.
func TestHidingNeedsMoreThanDigits(t *testing.T) {
	missed := 0
	for _, pair := range hidingFixture(t).Hides {
		if !mobileInASCII(pair[0]) {
			missed++
		}
	}
	if missed < 50 {
		t.Errorf("plain digits would have found all but %d", missed)
	}
}

func mobileInASCII(text string) bool {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return ' '
		}
		return r
	}, text)
	for _, word := range strings.Fields(digits) {
		if Mobile(word) {
			return true
		}
	}
	return false
}

// disguised writes a number as somebody might who does not want it found.
func disguised(number string, dice *rand.Rand) string {
	signs := []string{"", " ", "-", ".", "、", "，", "_", "\u200b", "\u2060", " - ", "·"}
	sign, every := signs[dice.IntN(len(signs))], dice.IntN(2) == 0
	var b strings.Builder
	for i, r := range number {
		if i > 0 && (every || i == 3 || i == 7) {
			b.WriteString(sign)
		}
		row := []rune(numeralRows[dice.IntN(len(numeralRows))])
		switch dice.IntN(3) {
		case 0:
			b.WriteRune(r)
		case 1:
			b.WriteRune(r - '0' + '０')
		default:
			b.WriteRune(row[r-'0'])
		}
	}
	return b.String()
}

// Whatever stands around it, a mobile number is hidden in every script; and whatever the text, what is hidden is all
// that changes, and nothing more is found in what is left.
func FuzzHideContacts(f *testing.F) {
	c := hidingFixture(f)
	for i, pair := range c.Hides {
		f.Add(pair[0], uint64(i))
	}
	for i, text := range c.Stays {
		f.Add(text, uint64(i))
	}
	f.Add("我是\u200b张", uint64(7))
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		dice := rand.New(rand.NewPCG(seed, 1))
		text = strings.ToValidUTF8(text, "") // as ticket.CheckText leaves it
		hidden, found := HideContacts(text, c.Own)
		if found == (hidden == text) && !strings.Contains(text, Hidden) {
			t.Errorf("%q: found %v, got %q", text, found, hidden)
		}
		rest := text
		for part := range strings.SplitSeq(hidden, Hidden) {
			_, after, ok := strings.Cut(rest, part)
			if !ok {
				t.Fatalf("%q: got %q, which is not the text with parts left out", text, hidden)
			}
			rest = after
		}
		secret := disguised("138"+string([]byte{'0' + byte(dice.IntN(10)), '0' + byte(dice.IntN(10))})+"345678", dice)
		whole := text + "找" + secret + "吧"
		if got, _ := HideContacts(whole, c.Own); strings.Contains(got, secret) {
			t.Errorf("%q: %q is still there", whole, secret)
		}
	})
}

// A cheap look before a pattern must never spare a text in which the pattern finds something.
func TestCheapLooksSpareNothing(t *testing.T) {
	pieces := []string{"微信", "v", "wx", "qq", ":", "号", " ", "1", "38", "012345", "a", "b_c", ".", "-", "@", "(at)", "[at]", "c.d1", "x1@c.de", "k(at)ab.cd", "点", "我", "俺", "本人", "咱", "家住", "本户", "姓", "姓名", "免贵", "在下", "联系人", "报修人", "署名", "叫", "是", "王", "楼", "。"}
	dice := rand.New(rand.NewPCG(4, 2))
	looks := []struct {
		pattern *regexp.Regexp
		text    func(plain) []rune
		look    func(plain) bool
		found   int
	}{
		{messengerPattern, func(p plain) []rune { return p.digits }, func(p plain) bool { return least(5, p.digits, inID) }, 0},
		{mailPattern, func(p plain) []rune { return p.words }, func(p plain) bool { return least(1, p.words, inMailSign) }, 0},
		{selfPattern, func(p plain) []rune { return p.words }, func(p plain) bool { return least(1, p.words, beginsSelf) }, 0},
		{surnamePattern, func(p plain) []rune { return p.words }, func(p plain) bool { return least(1, p.words, beginsSelf) }, 0},
	}
	for range 30_000 {
		var b strings.Builder
		for range 1 + dice.IntN(7) {
			b.WriteString(pieces[dice.IntN(len(pieces))])
		}
		p := plainOf([]rune(b.String()))
		for i, l := range looks {
			if l.pattern.MatchString(string(l.text(p))) {
				looks[i].found++
				if !l.look(p) {
					t.Fatalf("%q has %v and would be spared", b.String(), l.pattern)
				}
			}
		}
	}
	for _, l := range looks {
		if l.found < 100 {
			t.Errorf("%v was found %d times only: the test says little", l.pattern, l.found)
		}
	}
}
