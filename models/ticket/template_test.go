package ticket

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/models"
)

func TestFillTemplate(t *testing.T) {
	values := map[string]string{"number": "MJ-2026-000007", "estate": "和谐花园", "staff": "老马 {estate}", "party": ""}
	for name, one := range map[string]struct {
		text, want string
		missing    []string
		code       string
	}{
		"nothing open":          {"今天上门。", "今天上门。", nil, ""},
		"one field":             {"{number} 已收到", "MJ-2026-000007 已收到", nil, ""},
		"its Chinese name":      {"{工单号}，{ 小区 }", "MJ-2026-000007，和谐花园", nil, ""},
		"wide braces":           {"｛number｝｛｛不填｝｝", "MJ-2026-000007{不填}", nil, ""},
		"a value with a field":  {"{staff}", "老马 {estate}", nil, ""}, // a value is filled in once and never read as a template
		"escaped braces":        {"{{number}} 和 {{{number}}}", "{number} 和 {MJ-2026-000007}", nil, ""},
		"missing":               {"{deadline}前，{时限}前，{party}", "＿＿前，＿＿前，＿＿", []string{"deadline", "party"}, ""},
		"unknown":               {"您好，{reporter}", "", nil, "template.unknown_field"},
		"a person's phone":      {"打 {phone}", "", nil, "template.unknown_field"},
		"empty name":            {"{}", "", nil, "template.unknown_field"},
		"case counts":           {"{Number}", "", nil, "template.unknown_field"},
		"open":                  {"您好 {number", "", nil, "template.bad_braces"},
		"closed":                {"您好 number}", "", nil, "template.bad_braces"},
		"nested":                {"{num{ber}", "", nil, "template.bad_braces"},
		"escaped and then open": {"{{{number}}", "", nil, "template.bad_braces"},
		"empty":                 {"", "", nil, ""},
	} {
		got, missing, err := FillTemplate(one.text, values)
		code := ""
		if err != nil {
			code = models.CodeOf(err)
		}
		if got != one.want || !slices.Equal(missing, one.missing) || code != one.code {
			t.Errorf("%s: %q, missing %q, %v", name, got, missing, err)
		}
	}
	_, _, err := FillTemplate("{"+strings.Repeat("长", 300)+"}", nil)
	var refusal *models.Error
	if !errors.As(err, &refusal) || len([]rune(refusal.Params["name"].(string))) != 21 {
		t.Errorf("a long name is repeated whole: %v", err)
	}
}

// TestFieldsTellNobody: every field is of the matter, the party or the writer; none is of who filed.
func TestFieldsTellNobody(t *testing.T) {
	var names []string
	for _, field := range templateFields {
		names = append(names, field.Name)
		if field.Words.Zh == "" || field.Words.En == "" {
			t.Errorf("%s has no words", field.Name)
		}
	}
	if want := []string{"number", "category", "estate", "deadline", "party", "staff"}; !slices.Equal(names, want) {
		t.Errorf("fields %q: whoever adds one says here that the reader of a reply may know it", names)
	}
}

func TestTemplateWords(t *testing.T) {
	c := catalogueOf(t)
	good := TemplateWords{Title: " 约\n上门 ", Text: " {staff}在{deadline}前上门，夜间打 0379-67911111。 ", Category: "REP-01", State: Acknowledged, Use: TemplateReply}
	got, err := good.Check(c, "0379-67911111")
	if err != nil || got.Title != "约 上门" || got.Text != "{staff}在{deadline}前上门，夜间打 0379-67911111。" {
		t.Errorf("%+v, %v", got, err)
	}
	for name, one := range map[string]struct {
		change func(*TemplateWords)
		code   string
	}{
		"no title":                   {func(w *TemplateWords) { w.Title = " " }, "ticket.text_required"},
		"long title":                 {func(w *TemplateWords) { w.Title = strings.Repeat("字", 31) }, "ticket.text_too_long"},
		"no text":                    {func(w *TemplateWords) { w.Text = "\n" }, "ticket.text_required"},
		"long text":                  {func(w *TemplateWords) { w.Text = strings.Repeat("字", 501) }, "ticket.text_too_long"},
		"long reason":                {func(w *TemplateWords) { w.Text, w.Use = strings.Repeat("字", 121), TemplateContact }, "ticket.text_too_long"},
		"unknown field":              {func(w *TemplateWords) { w.Text = "{报事人}您好" }, "template.unknown_field"},
		"open brace":                 {func(w *TemplateWords) { w.Text = "{number" }, "template.bad_braces"},
		"unknown category":           {func(w *TemplateWords) { w.Category = "REP-99" }, "ticket.unknown_category"},
		"a state of nobody's":        {func(w *TemplateWords) { w.State = Draft }, "template.unknown_state"},
		"unknown use":                {func(w *TemplateWords) { w.Use = "poem" }, "template.unknown_use"},
		"somebody's phone":           {func(w *TemplateWords) { w.Text = "请打 13803790001" }, "template.points_at_somebody"},
		"hidden in the title":        {func(w *TemplateWords) { w.Title = "打13803790001" }, "template.points_at_somebody"},
		"split by a field":           {func(w *TemplateWords) { w.Text = "打 1380379{{0001" }, "template.points_at_somebody"},
		"another party's line":       {func(w *TemplateWords) { w.Text = "打 0379-67922222" }, "template.points_at_somebody"},
		"a messenger":                {func(w *TemplateWords) { w.Text = "加微信：wx_ajwy88" }, "template.points_at_somebody"},
		"a mail address":             {func(w *TemplateWords) { w.Text = "写信到 lijianguo@example.cn" }, "template.points_at_somebody"},
		"who introduces himself":     {func(w *TemplateWords) { w.Text = "我叫李建国，明天上门" }, "template.points_at_somebody"},
		"with his flat":              {func(w *TemplateWords) { w.Text = "我是3号楼2单元501的，明天上门" }, "template.points_at_somebody"},
		"who is mentioned stays":     {func(w *TemplateWords) { w.Text = "张建国师傅明天上门" }, ""},
		"a flat that is named stays": {func(w *TemplateWords) { w.Text = "先修3号楼2单元501" }, ""},
	} {
		w := good
		one.change(&w)
		code := ""
		if _, err := w.Check(c, "0379-67911111"); err != nil {
			code = models.CodeOf(err)
		}
		if code != one.code {
			t.Errorf("%s: %q, not %q", name, code, one.code)
		}
	}
}

// TestExampleTemplatesCanBeTakenOver: in both languages, as they stand.
func TestExampleTemplatesCanBeTakenOver(t *testing.T) {
	c := catalogueOf(t)
	for _, e := range ExampleTemplates() {
		for _, locale := range []string{"zh-CN", "en"} {
			w := TemplateWords{Title: e.Title.In(locale), Text: e.Text.In(locale), Category: e.Category, State: e.State, Use: e.Use}
			if _, err := w.Check(c, ""); err != nil {
				t.Errorf("%s: %v", w.Title, err)
			}
			if chinese(w.Text) != (locale == "zh-CN") {
				t.Errorf("%s is taken for another language", w.Title)
			}
		}
	}
}

func TestWhoKeepsTemplates(t *testing.T) {
	works := func(role models.Role, kind models.ScopeKind, id int64, parties ...int64) models.Actor {
		return models.Actor{AccountID: 1, Parties: parties, Held: []models.Held{{Role: role, ScopeKind: kind, ScopeID: id, Approved: true}}}
	}
	both := works(models.OperatorStaff, models.ScopeHandlingParty, 7, 7, 8)
	both.Held = append(both.Held, models.Held{Role: models.OperatorManager, ScopeKind: models.ScopeHandlingParty, ScopeID: 8, Approved: true})
	rose := works(models.OperatorStaff, models.ScopeHandlingParty, 7, 7)
	rose.Held = append(rose.Held, models.Held{Role: models.OperatorManager, ScopeKind: models.ScopeHandlingParty, ScopeID: 7, Approved: true})
	asked := works(models.OperatorManager, models.ScopeHandlingParty, 7)
	asked.Held[0].Approved = false
	for name, one := range map[string]struct {
		a    models.Actor
		want bool
	}{
		"manager":               {works(models.OperatorManager, models.ScopeHandlingParty, 7, 7), true},
		"staff":                 {works(models.OperatorStaff, models.ScopeHandlingParty, 7, 7), false},
		"another's manager":     {works(models.OperatorManager, models.ScopeHandlingParty, 8, 8), false},
		"staff here, manager 8": {both, false},
		"staff and manager":     {rose, true},
		"work unit":             {works(models.OwningUnitStaff, models.ScopeHandlingParty, 7, 7), true},
		"agency":                {works(models.AgencyStaff, models.ScopeHandlingParty, 7, 7), true},
		"station":               {works(models.StationStaff, models.ScopeCommunity, 3, 7), true},
		"station elsewhere":     {works(models.StationStaff, models.ScopeCommunity, 3, 9), false},
		"asked for":             {asked, false},
		"resident":              {works(models.Resident, models.ScopeUnit, 7), false},
		"auditor":               {works(models.Auditor, models.ScopeCounty, 7), false},
	} {
		if got := MayKeepTemplates(one.a, 7); got != one.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestWhoFillsTemplates(t *testing.T) {
	filed := Ticket{ReporterID: 1, AuthorID: 1, HandlingPartyID: 7, CommunityID: 3}
	forANeighbour := filed
	forANeighbour.AuthorID = 2
	nobodys := filed
	nobodys.HandlingPartyID = 0
	works := func(id int64, parties ...int64) models.Actor { return models.Actor{AccountID: id, Parties: parties} }
	station := models.Actor{AccountID: 2, Parties: []int64{9}, Held: []models.Held{{Role: models.StationStaff, ScopeKind: models.ScopeCommunity, ScopeID: 3, Approved: true}}}
	for name, one := range map[string]struct {
		a    models.Actor
		t    Ticket
		want bool
	}{
		"who works for the party":                      {works(5, 7), filed, true},
		"a station's worker who filed for a neighbour": {works(2, 7), forANeighbour, true},
		"the reporter who works there":                 {works(1, 7), filed, false},
		"whose neighbour's station filed for him":      {works(1, 7), forANeighbour, false},
		"the reporter":                                 {works(1), filed, false},
		"who filed and works elsewhere":                {works(2, 9), forANeighbour, false},
		"the station above":                            {station, filed, false},
		"another party's people":                       {works(5, 8), filed, false},
		"of a matter that nobody answers":              {works(5, 0), nobodys, false},
	} {
		view := View{You: PartOf(one.a, one.t), HandlingParty: Party{ID: one.t.HandlingPartyID}}
		if got := MayFillTemplates(one.a, view); got != one.want {
			t.Errorf("%s (%s): %v", name, view.You, got)
		}
	}
}

// TestWhoReadsARemovedTemplate: who may take the removal back.
func TestWhoReadsARemovedTemplate(t *testing.T) {
	works := func(role models.Role, party int64) models.Actor {
		return models.Actor{AccountID: 1, Parties: []int64{party}, Held: []models.Held{{Role: role, ScopeKind: models.ScopeHandlingParty, ScopeID: party, Approved: true}}}
	}
	now := time.Date(2026, 12, 1, 2, 0, 0, 0, time.UTC)
	for name, one := range map[string]struct {
		a             models.Actor
		kept, removed bool
	}{
		"manager":           {works(models.OperatorManager, 7), true, true},
		"staff":             {works(models.OperatorStaff, 7), true, false},
		"another's manager": {works(models.OperatorManager, 8), false, false},
		"resident":          {models.Actor{AccountID: 1}, false, false},
	} {
		if kept, removed := MayReadTemplate(one.a, ReplyTemplate{HandlingPartyID: 7}), MayReadTemplate(one.a, ReplyTemplate{HandlingPartyID: 7, RemovedAt: &now}); kept != one.kept || removed != one.removed {
			t.Errorf("%s: %v, removed %v", name, kept, removed)
		}
	}
}

func TestTemplatesForATicket(t *testing.T) {
	now := time.Date(2026, 12, 1, 2, 0, 0, 0, time.UTC)
	view := View{Row: Row{Number: "MJ-2026-000007", Category: "REP-01", State: Acknowledged, EstateName: "和谐花园", ResolveDue: time.Date(2026, 12, 3, 16, 0, 0, 0, time.UTC)},
		HandlingParty: Party{Name: "安居物业"}, Reporter: &ReporterView{NameMasked: "林*", PhoneMasked: "138****0001", UnitName: "501"}}
	list := []ReplyTemplate{
		{ID: 1, Title: "any", Text: "{number}"},
		{ID: 2, Title: "of the category", Text: "{category}，{deadline}前，{staff}", Category: "REP-01"},
		{ID: 3, Title: "of both", Text: "{deadline} {category} {party}", Category: "REP-01", State: Acknowledged},
		{ID: 4, Title: "of another state", Text: "x", State: Reopened},
		{ID: 5, Title: "of another category", Text: "x", Category: "REP-02"},
		{ID: 6, Title: "removed", Text: "x", RemovedAt: &now},
		{ID: 7, Title: "of an older program", Text: "{gone}"},
	}
	said := func(view View, staff string) (lines []string) {
		for _, one := range FillFor(list, view, catalogueOf(t), staff, now) {
			line := one.Text
			for _, field := range one.Missing {
				line += " !" + field.Name
			}
			lines = append(lines, line)
		}
		return lines
	}
	category, _ := catalogueOf(t).Category("REP-01")
	want := []string{"3 December, 23:59 " + category.Name.En + " 安居物业", category.Name.Zh + "，12月3日23:59前，马永刚", "MJ-2026-000007"}
	if got := said(view, "马永刚"); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	late := view
	late.ResolveDue = now.Add(-time.Hour)
	if got := said(late, ""); got[1] != category.Name.Zh+"，＿＿前，＿＿ !deadline !staff" {
		t.Errorf("a deadline that has passed is promised: %q", got)
	}
	resting := view
	resting.State = Suspended
	if got := said(resting, "马永刚"); got[0] != category.Name.Zh+"，＿＿前，马永刚 !deadline" {
		t.Errorf("a deadline that does not run is promised: %q", got)
	}
	for _, line := range said(view, "马永刚") {
		if strings.Contains(line, "林") || strings.Contains(line, "138") || strings.Contains(line, "501") {
			t.Errorf("%q tells who filed", line)
		}
	}
}

// FuzzFillTemplate: whatever is written is filled or refused; what is filled holds every value as it is, and a text whose braces are
// doubled comes out as it went in.
func FuzzFillTemplate(f *testing.F) {
	for _, seed := range []string{"", "{number}", "{{", "}}", "{", "}", "{{{number}}}", "｛工单号｝", "{\x00}", "a{b{c}d}", "{{{小区}}}由{staff}", "{number}{number}＿＿"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		filled, missing, err := FillTemplate(text, map[string]string{"number": "N"})
		if err != nil && (filled != "" || missing != nil || models.KindOf(err) != models.Invalid) {
			t.Errorf("%q was refused and filled: %q, %v", text, filled, err)
		}
		holdsItsValues(t, text)
		if strings.ContainsAny(text, "｛｝") || !strings.Contains(text, "{") && !strings.Contains(text, "}") {
			return
		}
		plain := strings.ToValidUTF8(text, "\ufffd")
		doubled := strings.NewReplacer("{", "{{", "}", "}}").Replace(plain)
		if back, _, err := FillTemplate(doubled, nil); err != nil || back != plain {
			t.Errorf("%q came back as %q, %v", plain, back, err)
		}
	})
}

// holdsItsValues fills a text three times: with marks that it does not hold, with values full of braces, and with none. They differ
// in the values alone.
func holdsItsValues(t *testing.T, text string) {
	t.Helper()
	bar := "="
	for strings.Contains(text, bar) {
		bar += "="
	}
	marks, values := map[string]string{}, map[string]string{}
	var toValues, toBlanks []string
	for _, field := range templateFields {
		mark, value := "<"+bar+field.Name+">", "}{{"+field.Name+"}}{"+field.Words.Zh+"}｛｛{"
		marks[field.Name], values[field.Name] = mark, value
		toValues, toBlanks = append(toValues, mark, value), append(toBlanks, mark, TemplateBlank)
	}
	marked, missed, err := FillTemplate(text, marks)
	if err != nil {
		return
	}
	filled, missing, err := FillTemplate(text, values)
	if want := strings.NewReplacer(toValues...).Replace(marked); err != nil || missed != nil || missing != nil || filled != want {
		t.Errorf("%q is filled as %q, not %q; missing %q, %v", text, filled, want, missing, err)
	}
	blank, open, err := FillTemplate(text, nil)
	if want := strings.NewReplacer(toBlanks...).Replace(marked); err != nil || blank != want {
		t.Errorf("%q without values is %q, not %q, %v", text, blank, want, err)
	}
	for _, name := range open {
		if !strings.Contains(filled, values[name]) {
			t.Errorf("%q is filled as %q, without %q", text, filled, values[name])
		}
	}
}
