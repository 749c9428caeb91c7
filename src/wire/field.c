// SPDX-License-Identifier: Apache-2.0
// Names of values.
#include "wire/field.h"

#include <stddef.h>

const char *value_name(const struct value_name *names, uint64_t value)
{
	for (; names && names->name; names++) {
		if (value >= names->first && value <= names->last)
			return names->name;
	}
	return NULL;
}
