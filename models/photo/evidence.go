package photo

import "math/bits"

// Evidence is how much the after-photos of a closing prove. The resolution rate reads it (FIELD B-d.1): silence after
// a closing with normal or strong evidence counts more than silence after one without.
type Evidence string

// The degrees of evidence, from nothing to much.
const (
	EvidenceNone   Evidence = "none"   // no after-photo is there
	EvidenceWeak   Evidence = "weak"   // only photos whose bytes were stored before
	EvidenceNormal Evidence = "normal" // a photo that is new to us
	EvidenceStrong Evidence = "strong" // a new photo that a camera took within the last day
)

// FreshMinutes is how long before its receipt a photo may have been taken to count as fresh: a day, so that the work of
// the afternoon can be sent from home at night.
const FreshMinutes = 24 * 60

// aheadMinutes is how far a phone's clock may run ahead of ours.
const aheadMinutes = 10

// EvidenceOf judges the photos of one closing by the best of its stored after-photos. A repeat never lowers what a new
// photo beside it proves.
func EvidenceOf(photos []Photo) Evidence {
	best := EvidenceNone
	for _, p := range photos {
		if p.Kind != After || p.Status != Stored {
			continue
		}
		switch {
		case p.ExactRepeatOf != 0:
			best = better(best, EvidenceWeak)
		case p.ByCamera() && p.Fresh():
			best = better(best, EvidenceStrong)
		default:
			best = better(best, EvidenceNormal)
		}
	}
	return best
}

// ByCamera reports whether a camera is named in the metadata. What the server read itself outweighs the phone's claim.
func (p Photo) ByCamera() bool {
	if p.DerivedCamera != nil {
		return *p.DerivedCamera
	}
	return p.ClaimedCamera != nil && *p.ClaimedCamera
}

// Fresh reports whether the photo was taken at most FreshMinutes before it reached us. Unknown is not fresh. What the
// server read itself outweighs the phone's claim.
func (p Photo) Fresh() bool {
	minutes := p.ClaimedMinutes
	if p.DerivedMinutes != nil {
		minutes = p.DerivedMinutes
	}
	return minutes != nil && *minutes >= -aheadMinutes && *minutes <= FreshMinutes
}

var evidenceRank = map[Evidence]int{EvidenceNone: 0, EvidenceWeak: 1, EvidenceNormal: 2, EvidenceStrong: 3}

func better(a, b Evidence) Evidence {
	if evidenceRank[b] > evidenceRank[a] {
		return b
	}
	return a
}

// Distance counts the bits in which two difference hashes differ, 0 to 64. The same picture compressed anew lies at
// most a few bits away, another part of the same scene tens of bits.
func Distance(a, b int64) int { return bits.OnesCount64(uint64(a) ^ uint64(b)) } // #nosec G115 -- 64 bits, not a number
