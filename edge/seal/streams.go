package seal

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
)

// packed is an object stream (7.5.7), decoded.
type packed struct {
	data  []byte
	nums  []int
	spots []int // offsets in data
}

// decode gives the data of a stream of structure: plain or deflated, with a predictor.
func (f *file) decode(s *stream) ([]byte, error) {
	var raw io.Reader = io.NewSectionReader(f.r, s.at, s.length)
	filter := f.deref(s.get("Filter"))
	parms := f.deref(s.get("DecodeParms"))
	if list, ok := filter.(array); ok {
		switch len(list) {
		case 0:
			filter = null
		case 1:
			filter = f.deref(list[0])
		default:
			return nil, errDamaged
		}
		if p, ok := parms.(array); ok && len(p) > 0 {
			parms = f.deref(p[0])
		}
	}
	switch filter {
	case null:
	case name("FlateDecode"):
		z, err := zlib.NewReader(raw)
		if err != nil {
			return nil, errors.Join(errDamaged, err)
		}
		raw = z
	default:
		return nil, errDamaged // structure is never kept otherwise
	}
	data, err := io.ReadAll(io.LimitReader(raw, maxStream+1))
	if err != nil && (!errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, zlib.ErrChecksum) || len(data) == 0) {
		return nil, errors.Join(errDamaged, err)
	}
	if f.decoded += int64(len(data)); len(data) > maxStream || f.decoded > maxDecoded {
		return nil, errDamaged
	}
	d, _ := parms.(*dict)
	return f.predict(d, data)
}

// predict undoes the PNG predictors (7.4.4.4), row by row.
func (f *file) predict(d *dict, data []byte) ([]byte, error) {
	kind, _ := integer(f.deref(d.get("Predictor")))
	if kind < 2 {
		return data, nil
	}
	columns, ok := integer(f.deref(d.get("Columns")))
	if !ok {
		columns = 1
	}
	colors, ok := integer(f.deref(d.get("Colors")))
	if !ok {
		colors = 1
	}
	depth, ok := integer(f.deref(d.get("BitsPerComponent")))
	if !ok {
		depth = 8
	}
	if kind < 10 || columns < 1 || columns > 1<<16 || colors < 1 || colors > 4 || depth != 8 {
		return nil, errDamaged
	}
	return unpredict(data, int(columns*colors), int(colors))
}

func unpredict(data []byte, width, pixel int) ([]byte, error) {
	out := make([]byte, 0, len(data))
	above := make([]byte, width)
	for len(data) > 0 {
		if len(data) < width+1 {
			return nil, errDamaged
		}
		kind, row := data[0], bytes.Clone(data[1:width+1])
		data = data[width+1:]
		for i := range row {
			var left, corner byte
			if i >= pixel {
				left, corner = row[i-pixel], above[i-pixel]
			}
			switch kind {
			case 0:
			case 1:
				row[i] += left
			case 2:
				row[i] += above[i]
			case 3:
				row[i] += byte((int(left) + int(above[i])) / 2)
			case 4:
				row[i] += paeth(left, above[i], corner)
			default:
				return nil, errDamaged
			}
		}
		out, above = append(out, row...), row
	}
	return out, nil
}

// paeth is the predictor of PNG, 9.4.
func paeth(a, b, c byte) byte {
	p := int(a) + int(b) - int(c)
	pa, pb, pc := abs(p-int(a)), abs(p-int(b)), abs(p-int(c))
	switch {
	case pa <= pb && pa <= pc:
		return a
	case pb <= pc:
		return b
	}
	return c
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// unpack gives an object of an object stream: that at index, which must have that number.
func (f *file) unpack(streamNum, index, num int) (value, error) {
	p, err := f.unpacked(streamNum)
	if err != nil {
		return nil, err
	}
	if index >= len(p.nums) || p.nums[index] != num {
		return nil, errDamaged
	}
	l := &lexer{b: p.data, at: p.spots[index], last: true}
	v, err := l.value()
	return v, errors.Join(err, f.spend(l.at-p.spots[index]))
}

func (f *file) unpacked(num int) (*packed, error) {
	if p, ok := f.packed[num]; ok {
		return p, nil
	}
	if num >= len(f.places) || f.places[num].kind != direct {
		return nil, errDamaged // an object stream is never inside another
	}
	n, _, _, s, err := f.objectAt(f.places[num].at)
	if err != nil {
		return nil, err
	}
	if s == nil || n != num {
		return nil, errDamaged
	}
	data, err := f.decode(s)
	if err != nil {
		return nil, err
	}
	count, ok1 := integer(f.deref(s.get("N")))
	first, ok2 := integer(f.deref(s.get("First")))
	if !ok1 || !ok2 || count < 0 || count > maxObjects || first < 0 || first > int64(len(data)) {
		return nil, errDamaged
	}
	p := &packed{data: data}
	l := &lexer{b: data[:first], last: true}
	for range count {
		v1, err1 := l.value()
		v2, err2 := l.value()
		objNum, ok1 := integer(v1)
		spot, ok2 := integer(v2)
		if err := errors.Join(err1, err2); err != nil || !ok1 || !ok2 || spot < 0 || spot > int64(len(data))-first {
			return nil, errDamaged
		}
		p.nums, p.spots = append(p.nums, int(objNum)), append(p.spots, int(first+spot))
	}
	if f.kept += int64(len(data)) + 16*count; f.kept > maxKept {
		clear(f.packed)
		f.kept = int64(len(data)) + 16*count
	}
	f.packed[num] = p
	return p, nil
}
