package statement

import "comptoir/core/money"

// Bucket is how old something open is.
type Bucket int

// The buckets, by days after the due date; Unapplied holds credits, which have none.
const (
	NotDue Bucket = iota
	To30
	To60
	To90
	Over90
	Unapplied
	bucketCount
)

var bucketNames = [bucketCount]string{"not_due", "to_30", "to_60", "to_90", "over_90", "unapplied"}

// Buckets lists them in order.
func Buckets() []Bucket { return []Bucket{NotDue, To30, To60, To90, Over90, Unapplied} }

// String gives the word of addresses and texts.
func (b Bucket) String() string { return bucketNames[b] }

// ParseBucket reads the word; ok is false for any other.
func ParseBucket(s string) (b Bucket, ok bool) {
	for i, n := range bucketNames {
		if n == s {
			return Bucket(i), true
		}
	}
	return 0, false
}

// BucketOf gives the bucket of something that many days late. The due date itself is not
// late (RF 4.4: the penalty is owed the day after it).
func BucketOf(daysLate int) Bucket {
	switch {
	case daysLate <= 0:
		return NotDue
	case daysLate <= 30:
		return To30
	case daysLate <= 60:
		return To60
	case daysLate <= 90:
		return To90
	}
	return Over90
}

// Ageing is what is open, by age. The credits are negative.
type Ageing [bucketCount]int64

// Add puts an amount into a bucket.
func (a *Ageing) Add(b Bucket, minor int64) (err error) {
	a[b], err = money.Add(a[b], minor)
	return err
}

// Total is the sum of the buckets: the balance.
func (a Ageing) Total() int64 {
	var sum int64
	for _, minor := range a {
		sum += minor
	}
	return sum
}

// Late is what is past its due date.
func (a Ageing) Late() int64 { return a[To30] + a[To60] + a[To90] + a[Over90] }
