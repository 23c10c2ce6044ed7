package storage

import (
	"reflect"
	"slices"
	"strings"
	"sync"

	"gorm.io/gorm/schema"
)

// Columns are the columns of a T's table and where each goes in a T. They are for the few reads that are asked so often
// that GORM's own way from a row to a struct would be a good part of what they cost.
type Columns[T any] struct {
	names  []string
	fields [][]int
}

// ColumnsOf reads the columns from T, as GORM does, but for some that the caller has no use for: those fields stay zero. It
// panics for a T that is no table's or has no such columns, which the first test finds.
func ColumnsOf[T any](without ...string) Columns[T] {
	table, err := schema.Parse(new(T), &sync.Map{}, schema.NamingStrategy{})
	if err != nil {
		panic(err)
	}
	var c Columns[T]
	for _, f := range table.Fields {
		if f.DBName != "" && !slices.Contains(without, f.DBName) {
			c.names, c.fields = append(c.names, f.DBName), append(c.fields, f.StructField.Index)
		}
	}
	if len(c.names)+len(without) != len(table.DBNames) {
		panic("no such columns")
	}
	return c
}

// Of lists the columns of an alias, for a SELECT.
func (c Columns[T]) Of(alias string) string {
	return alias + "." + strings.Join(c.names, ", "+alias+".")
}

// In points at the fields of row in the order of Of, for a Scan.
func (c Columns[T]) In(row *T) []any {
	value := reflect.ValueOf(row).Elem()
	places := make([]any, len(c.fields))
	for i, field := range c.fields {
		places[i] = value.FieldByIndex(field).Addr().Interface()
	}
	return places
}
