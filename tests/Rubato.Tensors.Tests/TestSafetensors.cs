using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Rubato.Tensors.Tests;

/// <summary>The least reader that the goldens of this project need; trusts its files.</summary>
internal sealed class TestSafetensors
{
    private readonly byte[] _file;
    private readonly int _start;
    private readonly JsonElement _header;

    private TestSafetensors(byte[] file)
    {
        _file = file;
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        _start = sizeof(long) + length;
        using var header = JsonDocument.Parse(file.AsMemory(sizeof(long), length));
        _header = header.RootElement.Clone();
    }

    public static TestSafetensors Read(string path) => new(File.ReadAllBytes(path));

    /// <summary>All elements of a tensor, which the file must say are of this dtype (F32, I64, ...).</summary>
    public T[] Get<T>(string name, string dtype) where T : unmanaged
    {
        JsonElement entry = _header.GetProperty(name);
        Assert.Equal(dtype, entry.GetProperty("dtype").GetString());
        JsonElement offsets = entry.GetProperty("data_offsets");
        Range bytes = (_start + offsets[0].GetInt32())..(_start + offsets[1].GetInt32());
        return MemoryMarshal.Cast<byte, T>(_file.AsSpan(bytes)).ToArray();
    }
}
