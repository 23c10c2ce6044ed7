package backup

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"linli/storage"
)

// appendRow writes a row as one line: the same row is the same line, whatever database it comes from.
func appendRow(b []byte, columns []storage.Column, row []any) ([]byte, error) {
	b = append(b, '[')
	for i, c := range columns {
		if i > 0 {
			b = append(b, ',')
		}
		switch v := row[i].(type) {
		case nil:
			b = append(b, "null"...)
		case int64:
			b = strconv.AppendInt(b, v, 10)
		case bool:
			b = strconv.AppendBool(b, v)
		case time.Time:
			b = v.UTC().AppendFormat(append(b, '"'), timeLayout)
			b = append(b, '"')
		case string:
			b = appendText(b, v)
		case []byte:
			b = base64.StdEncoding.AppendEncode(append(b, '"'), v)
			b = append(b, '"')
		default:
			return nil, fmt.Errorf("column %s holds a %T", c.Name, v)
		}
	}
	return append(b, "]\n"...), nil
}

const timeLayout = "2006-01-02T15:04:05.000000Z"

const hexDigits = "0123456789abcdef"

// appendText escapes what JSON asks for and nothing else.
func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		if c < 0x20 {
			b = append(b, `\u00`...)
			b = append(b, hexDigits[c>>4], hexDigits[c&15])
		} else {
			b = append(b, '\\', c)
		}
		start = i + 1
	}
	return append(append(b, s[start:]...), '"')
}

// parseRow reads a line back.
func parseRow(columns []storage.Column, line []byte) ([]any, error) {
	if !utf8.Valid(line) {
		return nil, fmt.Errorf("not UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber()
	var row []any
	if err := decoder.Decode(&row); err != nil {
		return nil, err
	}
	if len(row) != len(columns) {
		return nil, fmt.Errorf("%d fields for %d columns", len(row), len(columns))
	}
	for i, c := range columns {
		v, err := parseField(c.Kind, row[i])
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
		row[i] = v
	}
	return row, nil
}

func parseField(kind storage.Kind, v any) (any, error) {
	switch f := v.(type) {
	case nil:
		return nil, nil
	case json.Number:
		if kind == storage.KindInt {
			return strconv.ParseInt(string(f), 10, 64)
		}
	case bool:
		if kind == storage.KindBool {
			return f, nil
		}
	case string:
		switch kind {
		case storage.KindText, storage.KindDate:
			return f, nil
		case storage.KindTime:
			return time.Parse(timeLayout, f)
		case storage.KindBytes:
			return base64.StdEncoding.DecodeString(f)
		}
	}
	return nil, fmt.Errorf("a %T is no %s", v, kind)
}
