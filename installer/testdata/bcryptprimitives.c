/* Test only: Go programs take random bytes from ProcessPrng, which wine 8 does
   not have. SystemFunction036 (RtlGenRandom) gives the same. */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length)
{
	return SystemFunction036(buffer, (ULONG)length);
}
