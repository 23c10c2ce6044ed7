package ledger

import "time"

// CheckpointView is a checkpoint as everybody may see it.
type CheckpointView struct {
	Number   int64     `json:"number"`
	Size     int64     `json:"size" doc:"lines that the root covers"`
	Root     string    `json:"root" doc:"base64 of the root hash of the RFC 6962 tree"`
	SignedAt time.Time `json:"signed_at"`
	Note     string    `json:"note" doc:"the signed text (golang.org/x/mod/sumdb/note), to keep elsewhere"`
}

// CheckpointPage is a page of them, the newest first.
type CheckpointPage struct {
	Items []CheckpointView `json:"items"`
	Next  int64            `json:"next,omitempty" doc:"give it as before to go on"`
	Key   string           `json:"key" doc:"verifier key of the notes"`
}

// ProofView tells where a line stands. Position and proof are there once it is sealed and a checkpoint covers it.
type ProofView struct {
	Leaf       string          `json:"leaf"`
	LineID     int64           `json:"line_id" doc:"SHA-256 of a zero byte and of 'line_id leaf' with a newline is the tree's hash of the line"`
	Position   *int64          `json:"position,omitempty" doc:"from 0; absent while the line waits for the sealing job"`
	Checkpoint *CheckpointView `json:"checkpoint,omitempty" doc:"the newest one; absent while none covers the line"`
	Hashes     []string        `json:"hashes" doc:"base64, from the line up to the root"`
}

// ConsistencyView proves that the ledger of one size begins with the ledger of an earlier size.
type ConsistencyView struct {
	From   int64    `json:"from"`
	To     int64    `json:"to"`
	Hashes []string `json:"hashes" doc:"base64, in the order of RFC 6962"`
}
