package ticket

import (
	"slices"
	"time"

	"linli/models"
)

// ReplyTemplateView is a template as those of its party read it.
type ReplyTemplateView struct {
	ID              int64       `json:"id"`
	HandlingPartyID int64       `json:"handling_party_id"`
	Title           string      `json:"title"`
	Text            string      `json:"text"`
	Example         string      `json:"example" doc:"the text with made-up values"`
	Category        string      `json:"category,omitempty" doc:"none: any"`
	State           State       `json:"state,omitempty" doc:"none: any"`
	Use             TemplateUse `json:"use,omitempty" enum:"reply,progress,done,contact" doc:"none: reply, progress and done"`
	MayKeep         bool        `json:"may_keep" doc:"whether the reader may change it"`
	UndoUntil       *time.Time  `json:"undo_until,omitempty" doc:"it was removed; until then that can be taken back"`
	Version         int64       `json:"version"`
}

// MayReadTemplate reports whether a reads a template of a party for which he works: what was removed only who may take that back.
func MayReadTemplate(a models.Actor, t ReplyTemplate) bool {
	return a.WorksFor(t.HandlingPartyID) && (t.RemovedAt == nil || MayKeepTemplates(a, t.HandlingPartyID))
}

// ViewTemplate is the template as a reads it at now.
func ViewTemplate(a models.Actor, t ReplyTemplate, now time.Time) ReplyTemplateView {
	return ReplyTemplateView{
		ID: t.ID, HandlingPartyID: t.HandlingPartyID, Title: t.Title, Text: t.Text, Example: exampleOf(t.Text), Category: t.Category, State: t.State, Use: t.Use,
		MayKeep: MayKeepTemplates(a, t.HandlingPartyID), UndoUntil: t.undoUntil(now), Version: t.Version,
	}
}

// exampleOf is how a text reads with made-up values.
func exampleOf(text string) string {
	values := map[string]string{"number": "20260902-001-0017-3", "category": "楼道灯不亮", "estate": "和谐花园", "deadline": "9月5日18:00", "party": "某某物业", "staff": "小王"}
	if !chinese(text) {
		values = map[string]string{"number": "20260902-001-0017-3", "category": "Stair light out", "estate": "Harmony Garden", "deadline": "5 September, 18:00", "party": "the operator", "staff": "Wang"}
	}
	filled, _, _ := FillTemplate(text, values)
	return filled
}

// TemplateParty is a party whose templates somebody reads.
type TemplateParty struct {
	ID      int64  `json:"id"`
	Name    string `json:"name"`
	MayKeep bool   `json:"may_keep"`
}

// TemplatePage is what people of a party read of its templates.
type TemplatePage struct {
	Items    []ReplyTemplateView `json:"items"`
	Parties  []TemplateParty     `json:"parties" doc:"those for which the reader works"`
	Bounds   TemplateBounds      `json:"bounds"`
	Examples []TemplateExample   `json:"examples" doc:"to begin with; nobody has them until he takes them over"`
}

// TemplateBounds are the bounds within which one is written, for who writes it.
type TemplateBounds struct {
	Templates     int             `json:"templates" doc:"how many a party keeps"`
	TitleLetters  int             `json:"title_letters"`
	TextLetters   int             `json:"text_letters"`
	ReasonLetters int             `json:"reason_letters" doc:"of the text of one whose use is contact"`
	Fields        []TemplateField `json:"fields"`
	States        []State         `json:"states"`
}

// BoundsOfTemplates are those that Check holds, and what may be chosen.
func BoundsOfTemplates() TemplateBounds {
	return TemplateBounds{
		Templates: MostReplyTemplates, TitleLetters: templateTitle, TextLetters: templateText, ReasonLetters: templateReason,
		Fields: slices.Clone(templateFields), States: slices.Clone(templateStates),
	}
}

// TemplateExample is a template to begin with.
type TemplateExample struct {
	Title    Words       `json:"title"`
	Text     Words       `json:"text"`
	Category string      `json:"category,omitempty"`
	State    State       `json:"state,omitempty"`
	Use      TemplateUse `json:"use,omitempty"`
}

// ExampleTemplates are a handful to begin with: each says who comes, when, or what was done, as an answer must.
func ExampleTemplates() []TemplateExample {
	return []TemplateExample{
		{
			Title: Words{"第一次回复：约上门", "First reply: a visit"},
			Text: Words{"您好，{小区}的“{类别}”我们已经收到，由{经办人}负责。今天＿＿点前上门查看，{时限}前办好，有变化会在这里告诉您。",
				"Hello, we have your report about “{category}” at {estate}. {staff} is in charge, will come and look before __ o'clock today, and it will be solved by {deadline}. If anything changes, we say so here."},
			State: Acknowledged, Use: TemplateReply,
		},
		{
			Title: Words{"改上门时间", "Another time for the visit"},
			Text: Words{"您好，{工单号} 约好的时间来不了，因为＿＿。改到＿＿月＿＿日＿＿点上门，{时限}前办好，给您添麻烦了。",
				"About {number}: we cannot come at the agreed time, because __. We come on __ at __ o'clock instead, and it will be solved by {deadline}. Sorry for the trouble."},
			Use: TemplateReply,
		},
		{
			Title: Words{"进展：等配件", "Progress: waiting for parts"},
			Text: Words{"已现场查看，需要更换＿＿，配件已订，预计＿＿月＿＿日到货，到货当天安装。",
				"We have looked on site; __ must be replaced. The part is ordered and expected on __; it will be fitted the same day."},
			Use: TemplateProgress,
		},
		{
			Title: Words{"办结：已修好", "Done: repaired"},
			Text: Words{"已更换＿＿，现场试过，一切正常。照片附后，如果还有问题请直接退回。",
				"__ was replaced and tried on site; it works. A photo is attached. If it is not solved, please send it back."},
			Use: TemplateDone,
		},
		{
			Title: Words{"办结：垃圾已清运", "Done: rubbish collected"},
			Text: Words{"今天已清运并冲洗地面，以后每天＿＿点前清一次。照片附后。",
				"It was collected and the ground washed today; from now on it is emptied every day before __ o'clock. A photo is attached."},
			Category: "CLN-01", Use: TemplateDone,
		},
		{
			Title: Words{"退回后再办", "Sent back, on it again"},
			Text: Words{"您退回的 {工单号} 我们又看了一遍，上次没有解决的是＿＿。这次由{经办人}负责到底，{时限}前办好。",
				"We have looked again at {number}, which you sent back: what was not solved is __. {staff} sees to it now, and it will be solved by {deadline}."},
			State: Reopened, Use: TemplateReply,
		},
		{
			Title: Words{"看联系方式的理由", "Why the contact is needed"},
			Text:  Words{"约上门维修的时间", "to agree on a time for the repair"},
			Use:   TemplateContact,
		},
	}
}
