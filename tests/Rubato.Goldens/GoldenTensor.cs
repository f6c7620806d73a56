using System.Runtime.InteropServices;
using Rubato.Checkpoints;
using Rubato.Tensors;

namespace Rubato.Goldens;

/// <summary>A tensor of a golden file; every call reads it anew.</summary>
internal sealed class GoldenTensor(StoredTensor stored)
{
    public string Name => stored.Name;

    public Shape Shape { get; } = Shape.Create([.. stored.Shape.Select(length => checked((int)length))]);

    /// <summary>Whether the elements are integers or truth values, which are compared exactly.</summary>
    public bool IsInteger => stored.DType is SafetensorsDType.BOOL or SafetensorsDType.U8 or SafetensorsDType.I8
        or SafetensorsDType.U16 or SafetensorsDType.I16 or SafetensorsDType.U32 or SafetensorsDType.I32
        or SafetensorsDType.U64 or SafetensorsDType.I64;

    public float[] Floats()
    {
        var values = new float[Shape.Elements];
        stored.ReadFloats(values);
        return values;
    }

    /// <summary>The elements as float64, without rounding.</summary>
    public double[] Doubles()
    {
        if (IsInteger) return Array.ConvertAll(Integers(), value => (double)value);
        if (stored.DType != SafetensorsDType.F64) return Array.ConvertAll(Floats(), value => (double)value);
        var values = new double[Shape.Elements];
        stored.Read(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    public long[] Integers()
    {
        var values = new long[Shape.Elements];
        stored.ReadIntegers(values);
        return values;
    }

    /// <summary>A float32 tensor of the engine.</summary>
    public Tensor ToTensor() => Tensor.From(Floats(), Shape);
}
