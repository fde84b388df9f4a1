package privacy

import (
	"encoding/json"
	"io"
)

// jsonWriter writes the export's JSON piece by piece: the rows come as JSON already. The first
// error stays and ends the writing.
type jsonWriter struct {
	w     io.Writer
	err   error
	list  bool // the section is a list
	rows  int
	last  bool
	blank bool // shut to the contact: null, so that nobody takes it for empty
}

func (j *jsonWriter) raw(s string) {
	if j.err == nil {
		_, j.err = io.WriteString(j.w, s)
	}
}

func (j *jsonWriter) pair(name, value string) {
	b, err := json.Marshal(value)
	if err != nil {
		j.err = err
		return
	}
	j.raw("\"" + name + "\": " + string(b) + ",\n")
}

func (j *jsonWriter) begin(s section, last, shut bool) {
	j.list, j.rows, j.last, j.blank = !s.single(), 0, last, shut
	j.raw("\"" + s.name + "\": ")
	if j.list && !shut {
		j.raw("[")
	}
}

func (j *jsonWriter) row(s string) {
	if j.rows > 0 {
		j.raw(",\n  ")
	} else if j.list {
		j.raw("\n  ")
	}
	j.rows++
	j.raw(s)
}

func (j *jsonWriter) end() {
	switch {
	case j.blank, !j.list && j.rows == 0:
		j.raw("null")
	case j.list:
		j.raw("]")
	}
	if !j.last {
		j.raw(",")
	}
	j.raw("\n")
}
