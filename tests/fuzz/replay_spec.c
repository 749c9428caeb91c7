// SPDX-License-Identifier: Apache-2.0
// Runs fuzz_spec over files, so that seeds and past findings are tested without a fuzzer.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define INPUT_MAX 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char *argv[])
{
	for (int i = 1; i < argc; i++) {
		uint8_t *data = malloc(INPUT_MAX);
		FILE *file = fopen(argv[i], "rb");

		if (!file || !data) {
			fprintf(stderr, "replay-spec: cannot read \"%s\"\n", argv[i]);
			return 2;
		}
		LLVMFuzzerTestOneInput(data, fread(data, 1, INPUT_MAX, file));
		fclose(file);
		free(data);
	}
	printf("%d inputs\n", argc - 1);
	return argc > 1 ? 0 : 2;
}
