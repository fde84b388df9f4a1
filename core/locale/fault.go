package locale

import "comptoir/core/fault"

// FaultText gives what a person reads of a refusal: the sentence, and the text beside
// each field by its path (the first one where a field was refused twice).
func FaultText(lang Lang, e *fault.Error) (message string, fields map[string]string) {
	fields = map[string]string{}
	for _, f := range e.Fields {
		if _, told := fields[f.Path]; !told {
			fields[f.Path] = T(lang, f.Key, f.Args)
		}
	}
	return T(lang, e.Key, e.Args), fields
}
