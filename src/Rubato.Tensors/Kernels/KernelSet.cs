using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Rubato.Tensors.Kernels.Assembled;
using Rubato.Tensors.Threads;

namespace Rubato.Tensors.Kernels;

/// <summary>
/// The same operations on one instruction set. Chosen once, at start: the first of <see cref="All"/> that the machine
/// can run, or the one that the environment variable <c>RUBATO_KERNELS</c> names.
/// </summary>
public abstract class KernelSet
{
    /// <summary>The environment variable that forces a set.</summary>
    public const string Variable = "RUBATO_KERNELS";

    private static KernelSet? _override;

    private readonly Lazy<string?> _unavailable;

    /// <param name="name">As <c>RUBATO_KERNELS</c> takes it.</param>
    /// <param name="check">Why this machine cannot run the set; null where it can. Asked once, when somebody wants to know.</param>
    private protected KernelSet(string name, Func<string?> check) => (Name, _unavailable) = (name, new Lazy<string?>(check));

    /// <summary>All sets, best first.</summary>
    public static IReadOnlyList<KernelSet> All { get; } =
    [
        new AssembledKernels<AmxTile>("amx", Processor.WhyNoAmx),
        new AssembledKernels<DotTile>("avx512bf16", Processor.WhyNoAvx512BFloat16, DotRate.WhySlow),
        new VectorKernels<Simd512>("avx512", () => Avx512F.IsSupported ? null
            : "the processor has no AVX-512"),
        new VectorKernels<Simd256>("avx2", () => Avx2.IsSupported && Fma.IsSupported ? null : "the processor has no AVX2 with FMA"),
        new VectorKernels<Simd128>("portable", () => null),
    ];

    // Below All: static members are set in the order in which they stand.
    private static readonly (KernelSet Set, string Reason) Chosen = Choose(Environment.GetEnvironmentVariable(Variable));

    /// <summary>The set that operations run on.</summary>
    public static KernelSet Current => _override ?? Chosen.Set;

    /// <summary>Why <see cref="Current"/> was chosen, for people.</summary>
    public static string Reason => Chosen.Reason;

    /// <summary>The set's name, as <c>RUBATO_KERNELS</c> takes it.</summary>
    public string Name { get; }

    /// <summary>Why this machine cannot run the set; null where it can.</summary>
    public string? Unavailable => _unavailable.Value;

    /// <summary>Why a set further down is the faster one here, although this one runs; null where it is not.</summary>
    public virtual string? Slow => null;

    /// <summary>
    /// Whether products are fused (rounded once). Sets with the same answer compute the same bits in float32.
    /// </summary>
    public bool Fused => Name != "portable" || Fma.IsSupported || AdvSimd.IsSupported;

    /// <summary>The fastest precision of the set that keeps the picture: bfloat16 where the processor has instructions for it.</summary>
    public virtual Precision Preferred => Precision.Float32;

    /// <summary>Runs kernels on another set until the result is disposed; for tests, which run alone.</summary>
    internal static IDisposable Use(KernelSet set)
    {
        KernelSet? before = _override;
        _override = set;
        return new Restore(() => _override = before);
    }

    /// <summary>Does the units [begin, end) on the calling thread.</summary>
    internal abstract void Run<TKernel>(in TKernel kernel, int begin, int end)
        where TKernel : struct, IKernel;

    /// <summary>Packs the weights of a product for this set, once.</summary>
    internal abstract PackedMatrix Pack(in WeightMatrix weights, Precision precision = Precision.Float32);

    /// <summary>Computes attention.</summary>
    internal abstract void Attend(Precision precision, in AttentionCall call);

    /// <summary>Does all units, on the whole team where the work is worth its 1 microsecond.</summary>
    /// <param name="kernel">The operation with its operands.</param>
    /// <param name="units">Number of independent units.</param>
    /// <param name="work">Rough number of float operations in all.</param>
    internal void For<TKernel>(in TKernel kernel, int units, long work)
        where TKernel : struct, IKernel
    {
        const long WorthATeam = 20_000;
        if (units <= 1 || work < WorthATeam) Run(kernel, 0, units);
        else WorkerTeam.Current.Run(this, kernel, units);
    }

    private static (KernelSet, string) Choose(string? wanted)
    {
        if (string.IsNullOrWhiteSpace(wanted))
        {
            KernelSet best = All.First(set => (set.Unavailable ?? set.Slow) is null);
            string[] passed = [.. All.TakeWhile(set => set != best).Select(set => $"{set.Name}: {set.Unavailable ?? set.Slow}")];
            return (best, passed.Length == 0 ? "the best set" : $"the best set that runs here ({string.Join("; ", passed)})");
        }

        KernelSet named = All.FirstOrDefault(set => set.Name.Equals(wanted.Trim(), StringComparison.OrdinalIgnoreCase))
            ?? throw new PlatformNotSupportedException(
                $"{Variable}={wanted} names no kernel set; there are {string.Join(", ", All.Select(set => set.Name))}.");
        return named.Unavailable is { } reason
            ? throw new PlatformNotSupportedException($"{Variable}={wanted} cannot run here: {reason}.")
            : (named, $"{Variable} names it");
    }

    private sealed class Restore(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}

/// <summary>A kernel set made of vector kernels at one width.</summary>
internal class VectorKernels<TSimd>(string name, Func<string?> check) : KernelSet(name, check)
    where TSimd : struct, ISimd<TSimd>
{
    internal override void Run<TKernel>(in TKernel kernel, int begin, int end) => kernel.Run<TSimd>(begin, end);

    internal override PackedMatrix Pack(in WeightMatrix weights, Precision precision = Precision.Float32)
        => precision == Precision.BFloat16
            ? BFloat16Matrix<VectorTile<TSimd>>.Pack(this, weights) : PanelMatrix<TSimd>.Pack(this, weights);

    internal override void Attend(Precision precision, in AttentionCall call)
    {
        if (precision == Precision.BFloat16) BFloat16Attention<VectorTile<TSimd>>.Run(this, call);
        else AttentionKernel.Run(this, call);
    }
}
