package seal

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"slices"
)

// update is an incremental update in the making (7.5.6): objects that are new or say
// something new, and the cross-reference to them.
type update struct {
	f    *file
	base int64 // where the update begins in the file
	out  bytes.Buffer
	next int
	at   map[int]int64 // offsets in the file

	lastPage *dict // of the branch that was grafted, not written yet
}

func newUpdate(f *file) *update {
	next := len(f.places)
	if size, ok := integer(f.trailer.get("Size")); ok && size < maxObjects {
		next = max(next, int(size))
	}
	u := &update{f: f, base: f.size, next: next, at: map[int]int64{}}
	u.out.WriteByte('\n') // the original may end without one
	return u
}

func (u *update) reserve() ref {
	u.next++
	return ref{num: u.next - 1}
}

// generation is the one that an object of the original keeps.
func (u *update) generation(num int) int {
	if num < len(u.f.places) && u.f.places[num].kind == direct {
		return u.f.places[num].gen
	}
	return 0
}

func (u *update) begin(r ref) {
	u.at[r.num] = u.base + int64(u.out.Len())
	fmt.Fprintf(&u.out, "%d %d obj\n", r.num, u.generation(r.num))
}

func (u *update) object(r ref, v value) {
	u.begin(r)
	u.out.Write(appendValue(nil, v))
	u.out.WriteString("\nendobj\n")
}

// stream writes data as it is and gives its offset in the file; d lacks the length.
func (u *update) stream(r ref, d *dict, data []byte) int64 {
	u.begin(r)
	u.out.Write(appendValue(nil, d.with("Length", number(int64(len(data))))))
	u.out.WriteString("\nstream\n")
	at := u.base + int64(u.out.Len())
	u.out.Write(data)
	u.out.WriteString("\nendstream\nendobj\n")
	return at
}

// finish writes the cross-reference in the form that the original has (7.5.8.1), and the
// trailer. stamp makes the second half of the identifier (14.4).
func (u *update) finish(stamp [16]byte) {
	t := u.f.trailer
	trailer := makeDict("Root", t.get("Root"), "Prev", number(u.f.start), "ID", identifier(u.f.deref(t.get("ID")), stamp))
	if info := t.get("Info"); info != null {
		trailer = trailer.with("Info", info)
	}
	var start int64
	if u.f.table {
		start = u.finishTable(trailer)
	} else {
		start = u.finishStream(trailer)
	}
	fmt.Fprintf(&u.out, "startxref\n%d\n%%%%EOF\n", start)
}

func identifier(was value, stamp [16]byte) array {
	now := literal(fmt.Sprintf("<%X>", stamp))
	if list, ok := was.(array); ok && len(list) == 2 {
		if first, ok := list[0].(literal); ok {
			return array{first, now}
		}
	}
	return array{now, now}
}

// runs gives the numbers of the objects as first and count of each unbroken run.
func (u *update) runs() (nums []int, runs [][2]int) {
	for num := range u.at {
		nums = append(nums, num)
	}
	slices.Sort(nums)
	for _, num := range nums {
		if n := len(runs); n > 0 && runs[n-1][0]+runs[n-1][1] == num {
			runs[n-1][1]++
		} else {
			runs = append(runs, [2]int{num, 1})
		}
	}
	return nums, runs
}

func (u *update) finishTable(trailer *dict) int64 {
	start := u.base + int64(u.out.Len())
	u.out.WriteString("xref\n")
	_, runs := u.runs()
	for _, run := range runs {
		fmt.Fprintf(&u.out, "%d %d\n", run[0], run[1])
		for num := run[0]; num < run[0]+run[1]; num++ {
			fmt.Fprintf(&u.out, "%010d %05d n \n", u.at[num], u.generation(num))
		}
	}
	u.out.WriteString("trailer\n")
	u.out.Write(appendValue(nil, trailer.with("Size", number(int64(u.next)))))
	u.out.WriteByte('\n')
	return start
}

func (u *update) finishStream(trailer *dict) int64 {
	own := u.reserve()
	start := u.base + int64(u.out.Len())
	u.at[own.num] = start
	nums, runs := u.runs()
	index := array{}
	for _, run := range runs {
		index = append(index, number(int64(run[0])), number(int64(run[1])))
	}
	var rows []byte
	for _, num := range nums {
		at, gen := u.at[num], u.generation(num)
		rows = append(rows, 1, byte(at>>24), byte(at>>16), byte(at>>8), byte(at), byte(gen>>8), byte(gen))
	}
	d := trailer.with("Type", name("XRef")).with("Size", number(int64(u.next))).with("Index", index).
		with("W", array{literal("1"), literal("4"), literal("2")})
	u.stream(own, d, rows)
	return start
}

func deflate(data []byte) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write(data) // into memory: cannot fail
	_ = z.Close()
	return b.Bytes()
}
