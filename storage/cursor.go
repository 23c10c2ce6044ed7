package storage

import (
	"math"
	"strconv"

	"linli/models"
)

// BeforeID reads the cursor of a list by id, the newest first: what comes next has ids below it. Without a cursor the list begins.
func BeforeID(cursor string) (id int64, err error) {
	if cursor == "" {
		return math.MaxInt64, nil
	}
	if id, err = strconv.ParseInt(cursor, 10, 64); err != nil {
		return 0, models.RefuseField("request.bad_cursor", "cursor")
	}
	return id, nil
}
