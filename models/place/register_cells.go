package place

import (
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"linli/models"
)

// rowReader reads the cells of one row and gathers what is wrong.
type rowReader struct {
	row         int
	cells       map[string]string
	dateSerials bool
	errors      []RowError
	unread      map[string]bool
}

func (p *rowReader) fail(field, code string, figures ...any) {
	p.errors = append(p.errors, RegisterRow{Row: p.row, Raw: p.cells}.Wrong(field, code, figures...))
	if p.unread == nil {
		p.unread = map[string]bool{}
	}
	p.unread[field] = true
}

func (p *rowReader) failed(field string) bool { return p.unread[field] }

// sheetErrors are what a spreadsheet writes into a cell whose formula failed.
var sheetErrors = map[string]bool{"#REF!": true, "#N/A": true, "#VALUE!": true, "#DIV/0!": true, "#NAME?": true, "#NUM!": true, "#NULL!": true}

// text is the cell in plain signs. The apostrophe that spreadsheets put before a text, and that our own exports put
// before a formula sign, is taken off again, with blanks behind it.
func (p *rowReader) text(field string, limit int) string {
	cell := strings.ReplaceAll(strings.ToValidUTF8(p.cells[field], ""), "\x00", "") // a workbook can hold U+0000, Postgres cannot
	text := strings.TrimLeftFunc(HalfWidth(cell), func(r rune) bool { return r == '\'' || unicode.IsSpace(r) })
	if sheetErrors[text] {
		p.fail(field, "import.cell_error", "value", text)
		return ""
	}
	if n := utf8.RuneCountInString(text); n > limit {
		p.fail(field, "import.too_long", "length", n, "limit", limit)
		return ""
	}
	return text
}

func (p *rowReader) phone(field string) string {
	phone := CleanPhone(p.text(field, 24))
	if phone != "" && !Phone(phone) {
		p.fail(field, "import.bad_phone", "value", phone)
		return ""
	}
	return phone
}

func (p *rowReader) needed(field string, limit int) string {
	text := p.text(field, limit)
	if text == "" && !p.failed(field) {
		p.fail(field, "import.required")
	}
	return text
}

// count reads a whole number; "6.0" is one, "6层" and "约6" are not.
func (p *rowReader) count(field string, low, high int64) int64 {
	text := p.needed(field, 40)
	if text == "" {
		return 0
	}
	number, ok := plainNumber(text)
	if !ok || !number.IsInt() || !number.Num().IsInt64() {
		p.fail(field, "import.not_a_number", "value", text)
		return 0
	}
	n := number.Num().Int64()
	if n < low || n > high {
		p.fail(field, "import.out_of_range", "value", text, "low", low, "high", high)
		return 0
	}
	return n
}

var numberPattern = regexp.MustCompile(`^[+-]?[0-9.]+([eE][+-]?[0-9]{1,2})?$`)

// plainNumber reads a number as people and spreadsheets write it. What big.Rat would read and nobody means is kept out
// before it reads: fractions, hexadecimals, and exponents whose digits would fill the memory.
func plainNumber(text string) (*big.Rat, bool) {
	text = strings.ReplaceAll(text, ",", "")
	if len(text) > 24 || !numberPattern.MatchString(text) {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

var hundred = big.NewRat(100, 1)

// area reads square metres and gives hundredths of them. Spreadsheets write 2552.15 as 2552.1500000000001, which is
// the same area; 2552.157 is not one that a deed can say.
func (p *rowReader) area(field string) int64 {
	text := p.needed(field, 40)
	if text == "" {
		return 0
	}
	metres, ok := plainNumber(text)
	if !ok {
		p.fail(field, "import.not_a_number", "value", text)
		return 0
	}
	c, _ := strconv.ParseInt(new(big.Rat).Mul(metres, hundred).FloatString(0), 10, 64)
	difference := new(big.Rat).Sub(new(big.Rat).Mul(metres, hundred), big.NewRat(c, 1))
	switch {
	case metres.Sign() <= 0 || c > maxAreaC || c < 1:
		p.fail(field, "import.bad_area", "value", text)
		return 0
	case difference.Abs(difference).Cmp(big.NewRat(1, 10_000)) > 0:
		p.fail(field, "import.area_too_fine", "value", text)
		return 0
	}
	return c
}

func (p *rowReader) yes(field string) bool {
	text := p.text(field, 10)
	yes, ok := yesWords[text]
	if !ok {
		p.fail(field, "import.bad_yes_no", "value", text)
	}
	return yes
}

func (p *rowReader) date(field string) models.Date {
	text := p.text(field, 40)
	if text == "" {
		return ""
	}
	day, code := ReadDate(text, p.dateSerials)
	if code != "" {
		p.fail(field, code, "value", text)
	}
	return day
}

func choose[T ~string](p *rowReader, field string, words map[string]T, code string, needed bool) T {
	text := strings.ReplaceAll(p.text(field, 40), " ", "")
	if text == "" && !needed {
		return ""
	}
	value, ok := words[text]
	if !ok && !p.failed(field) {
		p.fail(field, code, "value", text)
	}
	return value
}

// ReadDate reads the ways in which people write a day: 2015-06-30, 2015/6/30, 2015.6.30, 2015年6月30日, 2015年6月 and,
// where serials is set, a spreadsheet's day number. It returns the code of what is wrong, or "".
func ReadDate(text string, serials bool) (models.Date, string) {
	text, _, _ = strings.Cut(text, " ") // a time of day adds nothing
	text, _, _ = strings.Cut(text, "T")
	if day, ok := serialDate(text); ok {
		if !serials {
			return "", "import.date_serial"
		}
		return day, ""
	}
	var y, m, d int
	plain := strings.TrimSuffix(strings.NewReplacer("年", "-", "月", "-", "日", "", "/", "-", ".", "-").Replace(text), "-")
	if n, _ := fmt.Sscanf(plain, "%d-%d-%d", &y, &m, &d); n == 2 {
		d = 1
	}
	day, ok := models.ParseDate(fmt.Sprintf("%04d-%02d-%02d", y, m, d))
	rest := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '-' {
			return -1
		}
		return r
	}, plain)
	if !ok || rest != "" || strings.Count(plain, "-") > 2 {
		return "", "import.bad_date"
	}
	return day, ""
}

// serialDate reads a spreadsheet's day number, 20000 (1954) to 80000 (2119), with or without a fraction of the day.
func serialDate(text string) (models.Date, bool) {
	whole, fraction, _ := strings.Cut(text, ".")
	n, err := strconv.Atoi(whole)
	if err != nil || n < 20_000 || n > 80_000 || len(whole) != 5 {
		return "", false
	}
	if _, err := strconv.ParseUint("0"+fraction, 10, 64); err != nil {
		return "", false
	}
	return models.Date("1899-12-30").Add(n), true
}
