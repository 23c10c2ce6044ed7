package storage

import (
	"math"
	"strconv"

	"linli/models"
)

// BeforeID reads the cursor of a list by id, the newest first: what comes next has ids below it. Without a cursor the list begins.
func BeforeID(cursor string) (int64, error) { return readID(cursor, math.MaxInt64) }

// AfterID is BeforeID for a list whose ids rise.
func AfterID(cursor string) (int64, error) { return readID(cursor, 0) }

func readID(cursor string, begin int64) (int64, error) {
	if cursor == "" {
		return begin, nil
	}
	id, err := strconv.ParseInt(cursor, 10, 64)
	if err != nil {
		return 0, models.RefuseField("request.bad_cursor", "cursor")
	}
	return id, nil
}
