using Iced.Intel;
using Rubato.Tensors.Kernels;
using Rubato.Tensors.Kernels.Assembled;

namespace Rubato.Tensors.Tests.Kernels.Assembled;

/// <summary>The sets of assembled kernels, whose machine code an interpreter runs.</summary>
internal static class InterpretedSets
{
    public static IReadOnlyList<KernelSet> All { get; } =
    [
        new AssembledKernels<InterpretedDot>("avx512bf16, interpreted", () => null),
        new AssembledKernels<InterpretedAmx>("amx, interpreted", () => null),
    ];
}

/// <summary><see cref="DotTile"/> by its bytes.</summary>
internal readonly unsafe struct InterpretedDot : IBFloat16Tile
{
    private static readonly Instruction[][] Kernels =
        [.. Enumerable.Range(0, DotTile.Rows + 1).Select(rows => Interpreter.Decode(DotTile.Assemble(rows)))];

    [ThreadStatic]
    private static Interpreter? _machine;

    public static int Rows => DotTile.Rows;

    public static int Columns => DotTile.Columns;

    public static int Size => DotTile.Size;

    public static int PartSteps => 2;   // few, so that small products have several parts

    public static void PackRow(float* from, int count, byte* to, nint pitch) => DotTile.PackRow(from, count, to, pitch);

    public static void PackPanel(float* from, byte* to) => DotTile.PackPanel(from, to);

    public static void Begin()
    {
    }

    public static void End()
    {
    }

    public static void Multiply(int rows, byte* a, byte* b, int steps, float* c, bool adds)
    {
        if (!adds) new Span<float>(c, rows * Columns).Clear();
        var job = new TileJob { A = a, B = b, C = c, Steps = steps };
        (_machine ??= new Interpreter()).Call(Kernels[rows], (long)&job);
    }
}

/// <summary><see cref="AmxTile"/> by its bytes.</summary>
internal readonly unsafe struct InterpretedAmx : IBFloat16Tile
{
    private static readonly Dictionary<(bool Both, bool Apart, bool Adds), Instruction[]> Kernels = new(
        from both in (bool[])[false, true]
        from apart in (bool[])[false, true]
        from adds in (bool[])[false, true]
        select KeyValuePair.Create((both, apart, adds), Interpreter.Decode(AmxTile.Assemble(both, apart, adds))));

    private static readonly Instruction[] Configure = Interpreter.Decode(AmxTile.AssembleConfigure());
    private static readonly Instruction[] Release = Interpreter.Decode(AmxTile.AssembleRelease());

    [ThreadStatic]
    private static Interpreter? _machine;

    public static int Rows => AmxTile.Rows;

    public static int Columns => AmxTile.Columns;

    public static int Size => AmxTile.Size;

    public static int PartSteps => 2;

    public static bool ReadsRowsApart => true;

    private static Interpreter Machine => _machine ??= new Interpreter();

    public static void PackRow(float* from, int count, byte* to, nint pitch) => AmxTile.PackRow(from, count, to, pitch);

    public static void PackPanel(float* from, byte* to) => AmxTile.PackPanel(from, to);

    public static void Begin()
    {
        Assert.False(Machine.HasTiles);
        byte* palette = stackalloc byte[64];
        AmxTile.WritePalette(palette);
        Machine.Call(Configure, (long)palette);
    }

    public static void End()
    {
        Machine.Call(Release, 0);
        Assert.False(Machine.HasTiles);
    }

    public static void Multiply(int rows, byte* a, byte* b, int steps, float* c, bool adds)
    {
        var job = new TileJob { A = a, B = b, C = c, Steps = steps };
        Machine.Call(Kernels[(rows > 16, false, adds)], (long)&job);
    }

    public static void MultiplyApart(int rows, byte* a, nint pitch, nint* moves, byte* b, int steps, float* c, bool adds)
    {
        var job = new TileJob { A = a, B = b, C = c, Steps = steps, Lower = a + 16 * pitch, Pitch = pitch, Moves = moves };
        Machine.Call(Kernels[(rows > 16, true, adds)], (long)&job);
    }
}
