package ticket

// MostSheetRows is how many matters one sheet holds at most: more than a county has in hand.
const MostSheetRows = 5000

// SheetName is what the sheet of a list is called.
func SheetName(locale string) string { return Words{"工单", "Tickets"}.In(locale) }

// SheetColumn is a column of the sheet of a list; Width is in letters.
type SheetColumn struct {
	Key   string
	Name  Words
	Width float64
}

// SheetColumns are the columns of the sheet of a list, the same as the desk's own table has, in its order.
func SheetColumns() []SheetColumn {
	return []SheetColumn{
		{"number", Words{"工单号", "Number"}, 18},
		{"category", Words{"类别", "Category"}, 20},
		{"kind", Words{"类型", "Kind"}, 10},
		{"state", Words{"状态", "State"}, 14},
		{"estate", Words{"小区", "Estate"}, 18},
		{"building", Words{"楼栋", "Building"}, 12},
		{"text", Words{"内容", "Text"}, 44},
		{"party", Words{"承办单位", "Handling party"}, 26},
		{"filed", Words{"反映日期", "Filed on"}, 12},
		{"due", Words{"下一步期限", "Next step due"}, 17},
		{"overdue", Words{"超时", "Overdue"}, 9},
		{"unanswered", Words{"没人答复", "Unanswered"}, 12},
		{"send_backs", Words{"退回次数", "Sent back"}, 10},
	}
}

// The words of a sheet, which are those of the screens.
var (
	sheetStates = map[State]Words{
		"draft": {"草稿", "Draft"}, Submitted: {"已提交", "Submitted"}, Accepted: {"待派单", "Taken in"}, Dispatched: {"已派单", "Assigned"},
		Returned: {"退单中", "Being reassigned"}, Acknowledged: {"已接单", "Acknowledged"}, Contacted: {"已联系", "Contacted"},
		InProgress: {"处理中", "In progress"}, Paused: {"已暂停", "Paused"}, DonePendingConfirm: {"待确认", "To confirm"}, Closed: {"已解决", "Solved"},
		ClosedUnrated: {"已办结", "Closed"}, Suspended: {"已挂账", "Suspended"}, Reopened: {"重新办理", "Reopened"}, "merged": {"已合并", "Merged"},
		"declined": {"不予受理", "Declined"}, Withdrawn: {"已撤回", "Withdrawn"},
	}
	sheetKinds = map[Kind]Words{
		"repair": {"报修", "Repair"}, "complaint": {"投诉", "Complaint"}, "enquiry": {"咨询", "Question"}, "report": {"举报", "Report"},
		"suggestion": {"建议", "Suggestion"},
	}
	sheetYes, sheetNo = Words{"是", "Yes"}, Words{"否", "No"}
)

// SheetCells is a row of a list as the cells of a sheet, in the order of SheetColumns: what its reader sees on the screen and nothing
// besides. A day is a models.Date, a moment a time.Time, a count an int64, and nil what is not there.
func SheetCells(row Row, c Catalogue, locale string) []any {
	yesNo := func(yes bool) string {
		if yes {
			return sheetYes.In(locale)
		}
		return sheetNo.In(locale)
	}
	category, _ := c.Category(row.Category)
	var due any
	if row.NextDue != nil {
		due = *row.NextDue
	}
	return []any{
		row.Number, category.Name.In(locale), sheetKinds[row.Kind].In(locale), sheetStates[row.State].In(locale), row.EstateName, row.BuildingName,
		row.TextShort, row.HandlingPartyName, row.FiledOn, due, yesNo(row.Overdue), yesNo(row.Unanswered), row.SendBacks,
	}
}
