package ticket

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"linli/models"
)

// TemplateField is what a template leaves open, between braces, by either of its names.
type TemplateField struct {
	Name  string `json:"name"`
	Words Words  `json:"words" doc:"the Chinese name may stand between the braces, too"`
}

// templateFields are all that there are. Whoever reads the reply knows each of them already, but for the writer's own name, which the
// writer sees before he sends it. Nothing of who filed is among them: what does not exist cannot slip into a reply.
var templateFields = []TemplateField{
	{"number", Words{"工单号", "ticket number"}},
	{"category", Words{"类别", "category"}},
	{"estate", Words{"小区", "estate"}},
	{"deadline", Words{"时限", "deadline"}},
	{"party", Words{"单位", "handling party"}},
	{"staff", Words{"经办人", "your name"}},
}

// TemplateBlank stands where a ticket has no such thing, to be filled in by hand.
const TemplateBlank = "＿＿"

// FillTemplate puts values into a template: {name} or {中文名} is the value of that field, {{ and }} are braces, and the wide braces
// of Chinese keyboards count as braces. A field without a value becomes TemplateBlank and stands in missing, once. A field that
// nobody knows is template.unknown_field, a brace without its other one template.bad_braces.
func FillTemplate(text string, values map[string]string) (filled string, missing []string, err error) {
	var out strings.Builder
	letters := []rune(strings.NewReplacer("｛", "{", "｝", "}").Replace(text))
	for i := 0; i < len(letters); i++ {
		letter := letters[i]
		switch {
		case letter != '{' && letter != '}':
			out.WriteRune(letter)
		case i+1 < len(letters) && letters[i+1] == letter:
			out.WriteRune(letter)
			i++
		case letter == '}':
			return "", nil, models.RefuseField("template.bad_braces", "text")
		default:
			length := slices.IndexFunc(letters[i+1:], func(r rune) bool { return r == '{' || r == '}' })
			if length < 0 || letters[i+1+length] == '{' {
				return "", nil, models.RefuseField("template.bad_braces", "text")
			}
			name := strings.TrimSpace(string(letters[i+1 : i+1+length]))
			at := slices.IndexFunc(templateFields, func(f TemplateField) bool { return name == f.Name || name == f.Words.Zh })
			if at < 0 {
				return "", nil, models.RefuseField("template.unknown_field", "text").With("name", shortName(name))
			}
			field := templateFields[at].Name
			value := values[field]
			if value == "" {
				value = TemplateBlank
				if !slices.Contains(missing, field) {
					missing = append(missing, field)
				}
			}
			out.WriteString(value)
			i += length + 1
		}
	}
	return out.String(), missing, nil
}

// shortName is a name as a refusal repeats it.
func shortName(name string) string {
	if letters := []rune(name); len(letters) > 20 {
		return string(letters[:20]) + "…"
	}
	return name
}

// FilledTemplate is a template filled in for one ticket. It is offered to who writes; he sends it, or not, and in his words.
type FilledTemplate struct {
	ID      int64           `json:"id"`
	Title   string          `json:"title"`
	Text    string          `json:"text"`
	Use     TemplateUse     `json:"use,omitempty" enum:"reply,progress,done,contact" doc:"none: reply, progress and done"`
	Missing []TemplateField `json:"missing" doc:"what this ticket has not: it stands as a blank in the text"`
}

// FilledTemplates are those that fit one ticket, the closest first.
type FilledTemplates struct {
	Items   []FilledTemplate `json:"items"`
	MayKeep bool             `json:"may_keep" doc:"whether the reader writes and removes his party's templates"`
}

// FillFor fills the templates of the ticket's party that fit it, from what its handler reads of it himself; staff is his own name.
func FillFor(list []ReplyTemplate, view View, c Catalogue, staff string, now time.Time) (filled []FilledTemplate) {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(x, y ReplyTemplate) int { return y.closeness() - x.closeness() })
	for _, t := range list {
		if !t.Fits(view.Category, view.State) {
			continue
		}
		text, missing, err := FillTemplate(t.Text, templateValues(view, c, staff, chinese(t.Text), now))
		if err != nil {
			continue // of an older program, with a field that there was
		}
		one := FilledTemplate{ID: t.ID, Title: t.Title, Text: text, Use: t.Use, Missing: []TemplateField{}}
		for _, field := range templateFields {
			if slices.Contains(missing, field.Name) {
				one.Missing = append(one.Missing, field)
			}
		}
		filled = append(filled, one)
	}
	return filled
}

// templateValues are what the fields mean for one ticket. A deadline that has passed or does not run is none: nobody shall promise it.
func templateValues(view View, c Catalogue, staff string, inChinese bool, now time.Time) map[string]string {
	locale := "en"
	if inChinese {
		locale = "zh-CN"
	}
	category, _ := c.Category(view.Category)
	values := map[string]string{
		"number": view.Number, "category": category.Name.In(locale), "estate": view.EstateName, "party": view.HandlingParty.Name, "staff": staff,
	}
	if view.ResolveDue.After(now) && view.State != Suspended && view.State != DonePendingConfirm {
		values["deadline"] = templateMoment(view.ResolveDue, inChinese)
	}
	return values
}

// templateMoment is a moment as people write it in a reply, on the clocks of Asia/Shanghai. Midnight ends the day before.
func templateMoment(at time.Time, inChinese bool) string {
	at = at.In(models.Shanghai)
	if at.Hour() == 0 && at.Minute() == 0 {
		at = at.Add(-time.Minute)
	}
	if inChinese {
		return fmt.Sprintf("%d月%d日%02d:%02d", int(at.Month()), at.Day(), at.Hour(), at.Minute())
	}
	return at.Format("2 January, 15:04")
}

// chinese reports whether a template is written in Chinese, but for the names of its fields.
func chinese(text string) bool {
	plain, _, _ := FillTemplate(text, nil)
	return strings.ContainsFunc(plain, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}
