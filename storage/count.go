package storage

import "time"

// Uses is a counter of something that may happen so many times within a window, which begins with the first time.
type Uses struct {
	Key         string
	WindowStart time.Time
	Used        int64
}

// CountUse counts one use under key and gives the count with it. It is one statement, so that two requests at once are
// counted as two; the second waits for the first. A transaction that rolls back has not counted.
func CountUse(tx Tx, key string, window time.Duration) (Uses, error) {
	stale := tx.At().Add(-window)
	err := tx.DB().Exec(`INSERT INTO rate_limits (key, window_start, used) VALUES (?, ?, 1)
		ON CONFLICT (key) DO UPDATE SET
		  used = CASE WHEN rate_limits.window_start <= ? THEN 1 ELSE rate_limits.used + 1 END,
		  window_start = CASE WHEN rate_limits.window_start <= ? THEN excluded.window_start ELSE rate_limits.window_start END`,
		key, tx.At(), stale, stale).Error
	if err != nil {
		return Uses{}, err
	}
	var c Uses
	return c, tx.DB().Table("rate_limits").Where("key = ?", key).Take(&c).Error
}

// GiveBackUse takes one counted use back: what succeeded was no failed try.
func GiveBackUse(tx Tx, key string) error {
	return tx.DB().Exec("UPDATE rate_limits SET used = used - 1 WHERE key = ? AND used > 0", key).Error
}

// Wait is how many whole seconds pass until the window of a counter ends, at least one.
func (u Uses) Wait(tx Tx, window time.Duration) int {
	left := u.WindowStart.Add(window).Sub(tx.At())
	return max(1, int((left+time.Second-1)/time.Second))
}
