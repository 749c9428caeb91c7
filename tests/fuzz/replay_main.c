// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target over the files and directories named, so that any compiler can replay a
// corpus. Prints how many inputs ran; a target that fails aborts, naming the file before.
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* nftw() passes no context. */
static unsigned long inputs;

static int replay(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = NULL;
	size_t len = 0, size = 0;

	if (!file) {
		perror(path);
		return 1;
	}
	do {
		uint8_t *exact;

		if (len == size) {
			size = size ? size * 2 : 4096;
			exact = realloc(data, size);
			if (!exact)
				abort();
			data = exact;
		}
		len += fread(data + len, 1, size - len, file);
	} while (!feof(file) && !ferror(file));
	fclose(file);
	fprintf(stderr, "%s\n", path);
	/* Exactly as long as the input, so that the address sanitizer sees a step beyond it. */
	data = realloc(data, len ? len : 1);
	LLVMFuzzerTestOneInput(data, len);
	free(data);
	inputs++;
	return 0;
}

static int visit(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	return type == FTW_F ? replay(path) : 0;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fprintf(stderr, "Usage: %s FILE|DIRECTORY...\n", argv[0]);
		return 2;
	}
	for (int i = 1; i < argc; i++)
		if (nftw(argv[i], visit, 16, FTW_PHYS) != 0)
			return 1;
	printf("%lu inputs\n", inputs);
	return inputs ? 0 : 1;
}
