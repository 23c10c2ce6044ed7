package demo

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image/jpeg"
	"os"
	"testing"
)

// TestPicturesAreTheSameEverywhere holds the bytes of one picture of each motif; -update writes them anew, and with
// LINLI_TEST_PICTURES=DIR they are also put there to be looked at.
func TestPicturesAreTheSameEverywhere(t *testing.T) {
	sum := sha256.New()
	seen := map[string]motif{}
	for _, m := range motifs() {
		for i, mended := range []bool{false, true} {
			b := paint(m, 7, i, mended, 480)
			picture, err := jpeg.Decode(bytes.NewReader(b))
			if err != nil || picture.Bounds().Dx() != 480 || picture.Bounds().Dy() != 360 {
				t.Fatalf("%s: %v", m, err)
			}
			key := fmt.Sprintf("%x", sha256.Sum256(b))
			if other, twice := seen[key]; twice {
				t.Errorf("%s and %s are the same picture", m, other)
			}
			seen[key] = m
			sum.Write(b)
			if dir := os.Getenv("LINLI_TEST_PICTURES"); dir != "" {
				os.WriteFile(fmt.Sprintf("%s/%s-%v.jpg", dir, m, mended), b, 0o600)
			}
		}
	}
	const file = "testdata/pictures.sha256"
	got := hex.EncodeToString(sum.Sum(nil)) + "\n"
	if *update {
		os.WriteFile(file, []byte(got), 0o644)
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != got {
		t.Errorf("the pictures changed: %v", err)
	}
}

func BenchmarkPaint(b *testing.B) {
	for i := range b.N {
		paint(motifParking, i, i, false, 640)
	}
}
