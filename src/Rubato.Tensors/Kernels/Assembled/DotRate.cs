using System.Diagnostics;

namespace Rubato.Tensors.Kernels.Assembled;

/// <summary>
/// How fast the processor is at dot products: some have them at twice the rate of fused multiply-adds, some at a quarter.
/// </summary>
internal static unsafe class DotRate
{
    /// <summary>Instructions of a turn: enough to hide their latency.</summary>
    public const int Chains = 16;

    // Below this share of the rate of multiply-adds the AVX-512 set computes the same sooner.
    private const double Least = 0.7;
    private const int Left = 30, Right = 31;
    private const long Turns = 12_000;   // about 0.05 ms

    /// <summary>Why dot products do not pay here; null where they do. Takes a millisecond.</summary>
    public static string? WhySlow()
    {
        var dots = (delegate* unmanaged<long, void>)NativeCode.Publish(Assemble(dots: true));
        var sums = (delegate* unmanaged<long, void>)NativeCode.Publish(Assemble(dots: false));
        if (dots == null || sums == null) return "the system refuses executable memory";
        for (int warm = 0; warm < 5; warm++) sums(Turns);
        double rate = Seconds(sums) / Seconds(dots);
        return rate >= Least ? null : $"its products issue at {rate:f2} of the rate of multiply-adds";
    }

    /// <summary>A loop over independent chains of one instruction; its argument is the number of turns.</summary>
    public static byte[] Assemble(bool dots)
    {
        var code = new Emitter();
        for (int register = 0; register < Chains; register++) code.ClearVector(register);
        code.ClearVector(Left);
        code.ClearVector(Right);
        int loop = code.Here;
        for (int chain = 0; chain < Chains; chain++)
        {
            if (dots) code.Dot(chain, Left, Right);
            else code.MultiplyAdd(chain, Left, Right);
        }

        code.Decrement(Register.Rdi);
        code.JumpIfNotZero(loop);
        code.ZeroUpper();
        code.Return();
        return code.ToArray();
    }

    /// <summary>The best of three.</summary>
    private static double Seconds(delegate* unmanaged<long, void> loop)
    {
        double best = double.PositiveInfinity;
        for (int run = 0; run < 3; run++)
        {
            long start = Stopwatch.GetTimestamp();
            loop(Turns);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }
}
