package imports

// Doubles gives the names by which two fields of one kind are known.
func Doubles() map[string][]string {
	out := map[string][]string{}
	for kind, fields := range fieldsOf {
		of := map[string][]string{}
		for _, f := range fields {
			for _, n := range f.names {
				if plain(n) != n {
					out[n+" (not plain)"] = []string{f.ID}
				}
				of[n] = append(of[n], f.ID)
			}
		}
		for n, ids := range of {
			if len(ids) > 1 {
				out[kind+" "+n] = ids
			}
		}
	}
	return out
}

// Number and Day open the reading of cells to its tables.
var (
	Number    = number
	Day       = day
	DecimalOf = decimalOf
	OrderOf   = orderOf
	Rate      = rate
	Coming    = coming
)
