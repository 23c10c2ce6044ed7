package place

import "testing"

func TestParseAddress(t *testing.T) {
	for text, want := range map[string]Address{
		"桃源小区3号楼2单元501":    {"桃源小区", "3", "2", "501"},
		"桃源小区３号楼２单元５０１室":   {"桃源小区", "3", "2", "501"},
		"桃源小区三栋二门五〇一":      {"桃源小区", "3", "2", "501"},
		"桃源小区十二幢1单元1502户":  {"桃源小区", "12", "1", "1502"},
		"桃源小区03#楼2单元501号":  {"桃源小区", "3", "2", "501"},
		"桃源小区A座1203":       {"桃源小区", "A", "", "1203"},
		"桃源小区3-2-501":      {"桃源小区", "3", "2", "501"},
		"桃源小区3-501":        {"桃源小区", "3", "", "501"},
		"桃源小区 3 号楼 2 单元":   {"桃源小区", "3", "2", ""},
		"桃源小区3号楼2单元5层501":  {"桃源小区", "3", "2", "501"},
		"桂花路12号院6号楼":       {"桂花路12号院", "6", "", ""},
		"粮食局家属楼":           {"粮食局家属楼", "", "", ""},
		"3栋":               {"", "3", "", ""},
		"八一家属院二十一号楼一单元101": {"八一家属院", "21", "1", "101"},
		"": {},
	} {
		if got := ParseAddress(text); got != want {
			t.Errorf("%s: got %+v, want %+v", text, got, want)
		}
	}
}

func TestBuildingKeyIsTheSameForAllSpellings(t *testing.T) {
	for _, name := range []string{"3号楼", "3幢", "三栋", "３号楼", "03#", "3#楼", " 3 号楼", "3", "三"} {
		if got := BuildingKey(name); got != "3" {
			t.Errorf("%q: got %q", name, got)
		}
	}
	for a, b := range map[string]string{"3号楼": "13号楼", "A座": "B座", "东3号楼": "西3号楼", "粮食局楼": "百货楼", "3号楼东": "3号楼西"} {
		if BuildingKey(a) == BuildingKey(b) {
			t.Errorf("%s and %s must differ", a, b)
		}
	}
}

func TestChineseNumber(t *testing.T) {
	for text, want := range map[string]int{"三": 3, "十": 10, "十二": 12, "二十": 20, "二十三": 23, "一百零五": 105, "一百一十": 110, "五〇一": 501, "两": 2} {
		if got, ok := ChineseNumber(text); !ok || got != want {
			t.Errorf("%s: got %d %v, want %d", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "甲", "3", "十二楼"} {
		if got, ok := ChineseNumber(text); ok {
			t.Errorf("%q is no number, got %d", text, got)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	f.Add("桃源小区3号楼2单元501")
	f.Add("３＃－二")
	f.Fuzz(func(t *testing.T, text string) {
		ParseAddress(text)
		key := BuildingKey(text)
		if again := BuildingKey(key); BuildingKey(again) != again {
			t.Errorf("%q: key %q does not settle", text, key)
		}
	})
}
