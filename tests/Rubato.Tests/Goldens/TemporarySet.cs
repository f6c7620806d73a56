using System.Runtime.InteropServices;
using Rubato.Checkpoints;

namespace Rubato.Tests.Goldens;

/// <summary>A set of cases written for one test.</summary>
internal sealed class TemporarySet : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("rubato-goldens-").FullName;

    /// <summary>Adds a case with float64 tensors.</summary>
    /// <returns>The case's folder.</returns>
    public string Add(string name, string json, params (string Name, long[] Shape, double[] Values)[] tensors)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Root, name)).FullName;
        File.WriteAllText(Path.Combine(folder, "case.json"), json);
        AddTensors(Path.Combine(folder, "tensors.safetensors"), tensors);
        return folder;
    }

    public void AddTensors(string path, params (string Name, long[] Shape, double[] Values)[] tensors)
        => SafetensorsWriter.Write(path, tensors.Select(tensor => new TensorSource(
            tensor.Name, SafetensorsDType.F64, tensor.Shape, MemoryMarshal.AsBytes(tensor.Values.AsSpan()).ToArray())));

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
