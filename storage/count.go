package storage

import "time"

// uses is a counter of something that may happen so many times within a window, which begins with the first time.
type uses struct {
	Key         string
	WindowStart time.Time
	Used        int64
}

// countUse counts one use under key and gives the count with it. The counting is one statement, so that two requests at once are
// counted as two; the second waits for the first. A transaction that rolls back has not counted.
func countUse(tx Tx, key string, window time.Duration) (uses, error) {
	stale := tx.At().Add(-window)
	err := tx.DB().Exec(`INSERT INTO rate_limits (key, window_start, used) VALUES (?, ?, 1)
		ON CONFLICT (key) DO UPDATE SET
		  used = CASE WHEN rate_limits.window_start <= ? THEN 1 ELSE rate_limits.used + 1 END,
		  window_start = CASE WHEN rate_limits.window_start <= ? THEN excluded.window_start ELSE rate_limits.window_start END`,
		key, tx.At(), stale, stale).Error
	if err != nil {
		return uses{}, err
	}
	var c uses
	return c, tx.DB().Table("rate_limits").Where("key = ?", key).Take(&c).Error
}

// TakeUse counts one use under key, of which most are allowed within a window. It gives 0 where the use was one of them, and otherwise
// the whole seconds until the window ends, at least one.
func TakeUse(tx Tx, key string, most int64, window time.Duration) (wait int, err error) {
	used, err := countUse(tx, key, window)
	if err != nil || used.Used <= most {
		return 0, err
	}
	left := used.WindowStart.Add(window).Sub(tx.At())
	return max(1, int((left+time.Second-1)/time.Second)), nil
}

// GiveBackUse takes one counted use back: what succeeded was no failed try.
func GiveBackUse(tx Tx, key string) error {
	return tx.DB().Exec("UPDATE rate_limits SET used = used - 1 WHERE key = ? AND used > 0", key).Error
}
