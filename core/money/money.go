// Package money holds amounts and the one rounding rule of the house.
//
// What lives here: currencies, amounts in minor units, scaled decimals (10^-4) and rates
// (per cent mille), with overflow checked and halves rounded away from zero. What must
// not: taxes and documents (rules), written forms for people (core/locale).
package money

import (
	"errors"
	"math/bits"
)

// Max is the largest amount in minor units, either sign. It keeps every amount exact in
// a JavaScript number (2^53) and far from overflow in sums.
const Max int64 = 999_999_999_999_999

// Scale is the scale of quantities and unit prices: 1 is written 10000.
const Scale int64 = 10_000

// PCM is the scale of rates, per cent mille: 100 % is 100000, Québec's 9.975 % is 9975.
const PCM int64 = 100_000

// ErrRange is returned when a result does not fit Max.
var ErrRange = errors.New("money: amount out of range")

// Currency is an ISO 4217 code.
type Currency string

// Currencies that the program deals in, with the digits of their minor unit (ISO 4217).
var digits = map[Currency]int{
	"EUR": 2, "CAD": 2, "USD": 2, "CHF": 2, "GBP": 2, "AUD": 2, "NZD": 2, "SEK": 2, "NOK": 2, "DKK": 2,
	"PLN": 2, "CZK": 2, "HUF": 2, "RON": 2, "MAD": 2, "XOF": 0, "XAF": 0, "XPF": 0, "JPY": 0, "TND": 3, "DZD": 2,
}

// Valid tells whether c is one of the program's currencies.
func (c Currency) Valid() bool { _, ok := digits[c]; return ok }

// Digits gives the digits of c's minor unit; 2 for an unknown currency.
func (c Currency) Digits() int {
	if d, ok := digits[c]; ok {
		return d
	}
	return 2
}

// Unit gives how many minor units make one unit of c: 100 for EUR, 1 for JPY.
func (c Currency) Unit() int64 {
	u := int64(1)
	for range c.Digits() {
		u *= 10
	}
	return u
}

// Currencies lists the codes that the program deals in, the common ones first.
func Currencies() []Currency {
	return []Currency{"EUR", "CAD", "USD", "CHF", "GBP", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "MAD", "TND", "DZD", "XOF", "XAF", "XPF", "JPY"}
}

// MulDiv gives a*b/den rounded half away from zero, computed in 128 bits. den must be
// positive. It returns ErrRange when the result does not fit Max.
func MulDiv(a, b, den int64) (int64, error) {
	if den <= 0 {
		panic("money: MulDiv needs a positive divisor")
	}
	neg := (a < 0) != (b < 0)
	hi, lo := bits.Mul64(abs(a), abs(b))
	lo, carry := bits.Add64(lo, uint64(den)/2, 0)
	hi += carry
	if hi >= uint64(den) {
		return 0, ErrRange
	}
	q, _ := bits.Div64(hi, lo, uint64(den))
	// floor((|ab| + floor(den/2)) / den) rounds halves up only for an even den; for an odd
	// one there are no exact halves, so the same formula is right.
	if q > uint64(Max) {
		return 0, ErrRange
	}
	if neg {
		return -int64(q), nil
	}
	return int64(q), nil
}

func abs(a int64) uint64 {
	if a < 0 {
		return uint64(-(a + 1)) + 1
	}
	return uint64(a)
}

// Add gives a+b or ErrRange.
func Add(a, b int64) (int64, error) {
	s := a + b
	if (a > 0 && b > 0 && s < 0) || (a < 0 && b < 0 && s >= 0) || s > Max || s < -Max {
		return 0, ErrRange
	}
	return s, nil
}

// Sum adds amounts, or gives ErrRange.
func Sum(amounts ...int64) (int64, error) {
	var s int64
	var err error
	for _, a := range amounts {
		if s, err = Add(s, a); err != nil {
			return 0, err
		}
	}
	return s, nil
}

// Split shares total over weights in proportion, so that the shares add up to total:
// each share is the rounded running total less what was given before. Weights must not
// be negative; when all are zero the last share takes everything.
func Split(total int64, weights []int64) ([]int64, error) {
	shares := make([]int64, len(weights))
	if len(weights) == 0 {
		return shares, nil
	}
	sum, err := Sum(weights...)
	if err != nil {
		return nil, err
	}
	if sum == 0 {
		shares[len(shares)-1] = total
		return shares, nil
	}
	var run, given int64
	for i, w := range weights {
		run += w
		upTo, err := MulDiv(total, run, sum)
		if err != nil {
			return nil, err
		}
		shares[i] = upTo - given
		given = upTo
	}
	return shares, nil
}

// Amount is money: minor units of a currency.
type Amount struct {
	Minor    int64    `json:"minor"`
	Currency Currency `json:"currency"`
}
