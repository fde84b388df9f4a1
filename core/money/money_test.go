package money_test

import (
	"errors"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/money"
)

func TestMulDivTable(t *testing.T) {
	for _, c := range []struct{ a, b, den, want int64 }{
		{5, 1, 2, 3}, {-5, 1, 2, -3}, {4, 1, 3, 1}, {5, 1, 3, 2}, {0, 7, 3, 0},
		{10000, 9975, money.PCM, 998}, // 100.00 at 9.975 % is 9.98 (vectors/quebec-tps-tvq.csv)
		{1999, 9975, money.PCM, 199},  // 19.99 -> 1.99
		{123456, 9975, money.PCM, 12315},
		{33333, 5000, money.PCM, 1667},
		{1, 1, 3, 0}, {2, 1, 3, 1}, {-2, 1, 3, -1},
	} {
		got, err := money.MulDiv(c.a, c.b, c.den)
		if err != nil || got != c.want {
			t.Errorf("MulDiv(%d,%d,%d) = %d, %v; want %d", c.a, c.b, c.den, got, err, c.want)
		}
	}
}

// The reference is written differently: exact rationals of math/big.
func TestMulDivAgainstRationals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		den := rapid.Int64Range(1, 1<<62).Draw(t, "den")
		n := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
		neg := n.Sign() < 0
		n.Abs(n)
		q, r := new(big.Int).QuoRem(n, big.NewInt(den), new(big.Int))
		if r.Lsh(r, 1).Cmp(big.NewInt(den)) >= 0 {
			q.Add(q, big.NewInt(1))
		}
		if neg {
			q.Neg(q)
		}
		got, err := money.MulDiv(a, b, den)
		if q.CmpAbs(big.NewInt(money.Max)) > 0 {
			if !errors.Is(err, money.ErrRange) {
				t.Fatalf("want ErrRange, got %d, %v", got, err)
			}
			return
		}
		if err != nil || got != q.Int64() {
			t.Fatalf("got %d, %v; want %v", got, err, q)
		}
	})
}

func TestSplitAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Int64Range(-1e12, 1e12).Draw(t, "total")
		w := rapid.SliceOfN(rapid.Int64Range(0, 1e9), 1, 20).Draw(t, "weights")
		got, err := money.Split(total, w)
		if err != nil {
			t.Fatal(err)
		}
		var sum int64
		for _, g := range got {
			sum += g
		}
		if sum != total {
			t.Fatalf("shares %v add to %d, want %d", got, sum, total)
		}
	})
}

func TestAddRefusesOverflow(t *testing.T) {
	if _, err := money.Add(money.Max, 1); !errors.Is(err, money.ErrRange) {
		t.Fatalf("err = %v", err)
	}
	if _, err := money.Sum(-money.Max, -1); !errors.Is(err, money.ErrRange) {
		t.Fatalf("err = %v", err)
	}
	if s, err := money.Sum(1, -3, 5); err != nil || s != 3 {
		t.Fatalf("sum = %d, %v", s, err)
	}
}
