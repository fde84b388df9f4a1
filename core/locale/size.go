package locale

// Size writes how much a file is, in the unit that people read: 318 o, 42 Ko, 1,2 Mo; 42 kB.
func Size(lang Lang, n int64) string {
	units := [3]string{"o", "Ko", "Mo"}
	if lang == EN {
		units = [3]string{"bytes", "kB", "MB"}
	}
	switch {
	case n < 1000:
		return Integer(lang, n) + "\u00a0" + units[0]
	case n < 1_000_000:
		return Integer(lang, (n+512)/1024) + "\u00a0" + units[1]
	case n < 10<<20:
		return scaled(lang, (n*10+1<<19)>>20, 1, 0) + "\u00a0" + units[2]
	}
	return Integer(lang, (n+1<<19)>>20) + "\u00a0" + units[2]
}
