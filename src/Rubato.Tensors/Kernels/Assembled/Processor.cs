using System.Runtime.Intrinsics.X86;

namespace Rubato.Tensors.Kernels.Assembled;

/// <summary>Whether the processor and the system have what assembled kernels need; what is there is made ready.</summary>
internal static class Processor
{
    private const int AmxBFloat16 = 22, AmxTile = 24;   // bits of CPUID 7.0, EDX
    private const int Avx512BFloat16 = 5;               // bit of CPUID 7.1, EAX

    /// <summary>Why tiles cannot be used; null where they can, and are ready.</summary>
    public static string? WhyNoAmx()
    {
        if (WhyNoAssembly() is { } reason) return reason;
        int bits = X86Base.CpuId(7, 0).Edx;
        if ((bits >> AmxBFloat16 & bits >> AmxTile & 1) == 0) return "the processor has no AMX with bfloat16";
        return NativeCode.RequestTiles() ? Assembled.AmxTile.Prepare() : "the system refuses the use of tiles";
    }

    /// <summary>Why dot products cannot be used; null where they can, and are ready.</summary>
    public static string? WhyNoAvx512BFloat16()
    {
        if (WhyNoAssembly() is { } reason) return reason;
        (int most, _, _, _) = X86Base.CpuId(7, 0);
        return most < 1 || (X86Base.CpuId(7, 1).Eax >> Avx512BFloat16 & 1) == 0
            ? "the processor has no AVX512-BF16" : DotTile.Prepare();
    }

    private static string? WhyNoAssembly()
    {
        if (!OperatingSystem.IsLinux() || !X86Base.X64.IsSupported) return "assembled kernels are for Linux on x64";
        return Avx512BW.IsSupported && X86Base.CpuId(0, 0).Eax >= 7 ? null : "the processor has no AVX-512";
    }
}
